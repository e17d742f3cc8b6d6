import { describe, expect, it } from 'vitest'
import { csvOf, type Cell } from './table'
import { xlsxOf } from './xlsx'
import { zipOf } from './zip'

const rows: Cell[][] = [['名称', '电量 (kWh)'], ['=cmd()', -1.5], ['甲,"乙" & <丙>', null], ['＋1', 1e21], ['a\u0000b', NaN]]

/** The parts of an archive of stored texts, found by its directory. */
function partsOf(zip: Uint8Array): Record<string, string> {
  const view = new DataView(zip.buffer)
  const text = (from: number, length: number) => new TextDecoder().decode(zip.subarray(from, from + length))
  const end = zip.length - 22
  expect(view.getUint32(end, true)).toBe(0x06054b50)
  const parts: Record<string, string> = {}
  let at = view.getUint32(end + 16, true)
  for (let i = 0; i < view.getUint16(end + 10, true); i++) {
    expect(view.getUint32(at, true)).toBe(0x02014b50)
    const [size, name, local] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true), view.getUint32(at + 42, true)]
    expect(view.getUint32(local, true)).toBe(0x04034b50)
    expect(view.getUint32(local + 14, true)).toBe(view.getUint32(at + 16, true))
    parts[text(at + 46, name)] = text(local + 30 + name, size)
    at += 46 + name
  }
  expect(at).toBe(end)
  return parts
}

describe('a file', () => {
  it('keeps formulas from running and quotes what needs it', () => {
    expect(csvOf(rows.slice(0, 4))).toBe('\uFEFF名称,电量 (kWh)\r\n\'=cmd(),-1.5\r\n"甲,""乙"" & <丙>",\r\n\'＋1,1e+21\r\n')
  })

  it('is a workbook whose numbers are numbers and whose texts are texts', () => {
    const parts = partsOf(xlsxOf(rows))
    expect(Object.keys(parts)).toEqual(['[Content_Types].xml', '_rels/.rels', 'xl/workbook.xml', 'xl/_rels/workbook.xml.rels', 'xl/styles.xml', 'xl/worksheets/sheet1.xml'])
    for (const part of Object.values(parts)) expect(new DOMParser().parseFromString(part, 'application/xml').querySelector('parsererror')).toBeNull()
    const sheet = new DOMParser().parseFromString(parts['xl/worksheets/sheet1.xml'] as string, 'application/xml')
    const cells = [...sheet.querySelectorAll('row')].map((r) => [...r.querySelectorAll('c')].map((c) => [c.getAttribute('t'), c.textContent]))
    expect(cells).toEqual([
      [['inlineStr', '名称'], ['inlineStr', '电量 (kWh)']],
      [['inlineStr', "'=cmd()"], [null, '-1.5']],
      [['inlineStr', '甲,"乙" & <丙>'], [null, '']],
      [['inlineStr', "'＋1"], [null, '1e+21']],
      [['inlineStr', 'ab'], [null, '']],
    ])
    expect([...sheet.querySelectorAll('col')].map((c) => c.getAttribute('width'))).toEqual(['16', '12'])
  })

  it('has the checksum the format asks for', () => expect(new DataView(zipOf({ a: '123456789' }).buffer).getUint32(14, true)).toBe(0xcbf43926))

  it('may be empty', () => expect(Object.keys(partsOf(xlsxOf([[]])))).toHaveLength(6))
})
