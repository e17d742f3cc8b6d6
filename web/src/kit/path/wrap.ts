const CJK = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]/
const WIDE_PX = 13
const NARROW_PX = 7.4

/** Rough width in px at 13 px semibold; enough to break a construct's name inside an ellipse. */
export const roughWidth = (text: string): number =>
  [...text].reduce((sum, ch) => sum + (CJK.test(ch) ? WIDE_PX : NARROW_PX), 0)

/** Breaks a name into at most `max` lines of `width` px: between words, and between any two Chinese characters. */
export function wrap(text: string, width: number, max: number): string[] {
  const pieces = text.match(/[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+\s*/g) ?? []
  const lines: string[] = []
  for (const piece of pieces) {
    const last = lines[lines.length - 1]
    if (last !== undefined && roughWidth((last + piece).trimEnd()) <= width) lines[lines.length - 1] = last + piece
    else lines.push(piece)
  }
  const trimmed = lines.map((l) => l.trim())
  if (trimmed.length <= max) return trimmed
  return [...trimmed.slice(0, max - 1), `${trimmed[max - 1]}…`]
}
