import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync('src/style/tokens.css', 'utf8')

function theme(name: 'light' | 'dark'): Record<string, string> {
  const start = css.indexOf(`:root[data-theme='${name}'] {`)
  const block = css.slice(start, css.indexOf('}', start))
  return Object.fromEntries([...block.matchAll(/--zy-([\w-]+):\s*(#[0-9a-f]{6})/g)].map((m) => [m[1]!, m[2]!]))
}

// Relative luminance and contrast as WCAG 2.2 defines them.
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => {
    const c = parseInt(hex.slice(i, i + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
function contrast(a: string, b: string): number {
  const [hi, lo] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (hi + 0.05) / (lo + 0.05)
}

const TEXT = 4.5
const SHAPE = 3
const pairs: [string, string, number][] = []
for (const ground of ['bg', 'surface', 'raised', 'hover']) {
  for (const ink of ['text', 'text-2', 'text-3', 'accent']) pairs.push([ink, ground, TEXT])
  pairs.push(['focus', ground, SHAPE])
}
for (const ground of ['surface', 'raised']) {
  for (const ink of ['ok', 'warn', 'bad', 'info']) pairs.push([ink, ground, TEXT])
  for (let i = 1; i <= 6; i++) pairs.push([`chart-${i}`, ground, SHAPE])
  pairs.push(['border-input', ground, SHAPE])
}
for (const tone of ['ok', 'warn', 'bad', 'info', 'neutral', 'accent']) pairs.push([tone, `${tone}-soft`, TEXT])
pairs.push(['text', 'accent-soft', TEXT], ['text-2', 'accent-soft', TEXT], ['text-3', 'accent-soft', TEXT])
pairs.push(['on-fill', 'accent-fill', TEXT], ['on-fill', 'bad-fill', TEXT])

describe.each(['light', 'dark'] as const)('%s theme', (name) => {
  const colour = theme(name)
  it.each(pairs)('%s on %s is at least %f:1', (ink, ground, least) => {
    expect(contrast(colour[ink]!, colour[ground]!)).toBeGreaterThanOrEqual(least)
  })
})
