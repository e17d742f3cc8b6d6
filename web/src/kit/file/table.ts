// Tables as files that a spreadsheet opens. Pure but for saving.
import { xlsxOf } from './xlsx'

export type Cell = string | number | null | undefined
export interface TableFile {
  /** Without an ending. */
  name: string
  head: string[]
  rows: Cell[][]
}

/** A text that a spreadsheet would take for a formula: an apostrophe says it is none. */
export const harmless = (text: string): string => (/^[=+\-@\t\r＝＋－＠]/.test(text) ? `'${text}` : text)

function cell(value: Cell): string {
  if (typeof value === 'number') return String(value)
  const text = harmless(value ?? '')
  return /[",;\t|\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const csvOf = (rows: Cell[][]): string => `\uFEFF${rows.map((r) => r.map(cell).join(',')).join('\r\n')}\r\n`

export const formats = ['csv', 'xlsx'] as const
export type Format = (typeof formats)[number]

const blobs: Record<Format, (file: TableFile) => Blob> = {
  csv: (file) => new Blob([csvOf([file.head, ...file.rows])], { type: 'text/csv;charset=utf-8' }),
  xlsx: (file) => new Blob([xlsxOf([file.head, ...file.rows])], { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }),
}

/** Gives the person the table as a file. */
export function saveTable(file: TableFile, format: Format): void {
  const url = URL.createObjectURL(blobs[format](file))
  const link = Object.assign(document.createElement('a'), { href: url, download: `${file.name}.${format}` })
  link.click()
  URL.revokeObjectURL(url)
}
