/** The colours a chart is drawn with, read from the tokens of the theme that is on. */
export interface Palette {
  text: string
  text2: string
  text3: string
  border: string
  surface: string
  raised: string
  ok: string
  warn: string
  bad: string
  accent: string
  series: string[]
  font: string
}

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--zy-${name}`).trim()
  return {
    text: token('text'),
    text2: token('text-2'),
    text3: token('text-3'),
    border: token('border'),
    surface: token('surface'),
    raised: token('raised'),
    ok: token('ok'),
    warn: token('warn'),
    bad: token('bad'),
    accent: token('accent'),
    series: [1, 2, 3, 4, 5, 6].map((i) => token(`chart-${i}`)),
    font: token('font'),
  }
}

/** Text, tooltip and motion every chart shares. */
export function common(c: Palette): Record<string, unknown> {
  return {
    animationDuration: 300,
    color: c.series,
    textStyle: { fontFamily: c.font, color: c.text2 },
    tooltip: {
      backgroundColor: c.raised,
      borderColor: c.border,
      textStyle: { color: c.text, fontSize: 12, fontFamily: c.font },
      confine: true,
    },
  }
}

export const valueAxis = (c: Palette, more: Record<string, unknown> = {}) => ({
  type: 'value',
  axisLabel: { color: c.text3, fontSize: 12 },
  nameTextStyle: { color: c.text3, fontSize: 12 },
  splitLine: { lineStyle: { color: c.border } },
  axisLine: { show: false },
  ...more,
})

export const nameAxis = (c: Palette, data: string[], more: Record<string, unknown> = {}) => ({
  type: 'category',
  data,
  axisLabel: { color: c.text2, fontSize: 12 },
  axisLine: { lineStyle: { color: c.border } },
  axisTick: { show: false },
  ...more,
})
