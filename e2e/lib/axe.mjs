// Accessibility by axe-core: everything found is listed; serious and critical findings fail.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const everything = { type: 'tag', values: TAGS }
/** What another theme can change; all else is the same in both. */
const colours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

/** Runs axe on a part of the page as it stands. Returns all findings: {impact, id, help, nodes[]}. */
async function findings(page, part, runOnly) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source)
  const result = await page.evaluate(([part, options]) => globalThis.axe.run(part, options), [part, { runOnly, resultTypes: ['violations'] }])
  return result.violations.map((v) => ({
    impact: v.impact,
    id: v.id,
    help: v.help,
    nodes: v.nodes.map((n) => `${n.target.join(' ')} ${n.failureSummary.split('\n').slice(1).join(' ').trim()}`),
  }))
}

// Waits for what moves to end. In a part that is not shown transitions never end, and a covered page draws no frames:
// both are waited for some seconds only.
async function settled() {
  const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  const frame = () => Promise.race([new Promise((resolve) => requestAnimationFrame(resolve)), later(200)])
  for (const until = performance.now() + 3000; performance.now() < until; ) {
    await frame()
    await frame()
    const ending = document.getAnimations().filter((a) => a.effect?.getComputedTiming().endTime !== Infinity)
    if (!ending.length) return
    await Promise.race([Promise.allSettled(ending.map((a) => a.finished)), later(500)])
  }
}

/** Gives the page another theme at once: without transitions every colour is the new one when it is asked for. */
function paint(theme) {
  const still = new CSSStyleSheet()
  still.replaceSync('*, *::before, *::after { transition: none !important }')
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still]
  document.documentElement.dataset.theme = theme
}

/**
 * Checks the page in both themes, or those said; prints what is found, throws on serious and critical. The menu is the same
 * on every page: whole says whether it is checked, too.
 */
export async function checkAccessible(page, name, { themes = ['light', 'dark'], whole = false } = {}) {
  const part = whole ? { include: [['html']] } : { exclude: [['.zy-nav']] }
  const bad = []
  await page.evaluate(settled)
  for (const theme of themes) {
    await page.evaluate(paint, theme)
    for (const f of await findings(page, part, theme === 'light' ? everything : colours)) {
      const text = `${name} [${theme}] ${f.impact}: ${f.id} – ${f.help}\n    ${f.nodes.join('\n    ')}`
      console.log(text)
      if (f.impact === 'serious' || f.impact === 'critical') bad.push(text)
    }
  }
  if (bad.length) throw new Error(`not accessible:\n${bad.join('\n')}`)
}
