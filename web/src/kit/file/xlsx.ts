// A workbook of one sheet (ECMA-376): a bold head that stays in sight, numbers as numbers, everything else as text.
import { harmless, type Cell } from './table'
import { zipOf } from './zip'

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const MIN_WIDTH = 9
const MAX_WIDTH = 40

const fixedParts: Record<string, string> = {
  '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs></styleSheet>`,
}

// Control characters have no place in XML 1.0, escaped or not.
const unfit = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g
const escaped = (text: string) => text.replace(unfit, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

function cell(value: Cell, style: string): string {
  if (value == null || value === '' || Number.isNaN(value)) return '<c/>'
  if (typeof value === 'number') return `<c${style}><v>${value}</v></c>`
  return `<c${style} t="inlineStr"><is><t xml:space="preserve">${escaped(harmless(value))}</t></is></c>`
}

/** Han characters take the room of two. */
const width = (value: Cell) => [...String(value ?? '')].reduce((n, c) => n + (c > '\u2E80' ? 2 : 1), 0)

function columns(rows: Cell[][]): string {
  const head = rows[0] ?? []
  const widths = head.map((_, i) => Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, ...rows.map((r) => width(r[i]) + 2))))
  return widths.length ? `<cols>${widths.map((w, i) => `<col min="${i + 1}" max="${i + 1}" width="${w}" customWidth="1"/>`).join('')}</cols>` : ''
}

/** The rows as a workbook; the first is the head. */
export function xlsxOf(rows: Cell[][]): Uint8Array<ArrayBuffer> {
  const body = rows.map((r, i) => `<row>${r.map((v) => cell(v, i === 0 ? ' s="1"' : '')).join('')}</row>`).join('')
  const view = '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
  const sheet = `<worksheet xmlns="${MAIN}">${view}<sheetFormatPr defaultRowHeight="15"/>${columns(rows)}<sheetData>${body}</sheetData></worksheet>`
  const parts = { ...fixedParts, 'xl/worksheets/sheet1.xml': sheet }
  return zipOf(Object.fromEntries(Object.entries(parts).map(([name, xml]) => [name, `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`])))
}
