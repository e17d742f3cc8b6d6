import { describe, expect, it } from 'vitest'
import { cellsOf, clashes, draftOf, groupsOf, letters, mappingOf, otherUnit, putTo, unused, useAt } from './mapping'
import type { Field, Mapping, Preview } from './types'

const header = ['户名', '', '注册资本', '备注']
const mapping: Mapping = {
  columns: [
    { header: '户名', field: 'name' },
    { header: '户名', field: 'account_name' },
    { header: '注册资本', field: 'registered_capital', unit: '10k_yuan' },
  ],
  constants: { kind: 'person' },
  phone_area: '0578',
}
const field = (code: string, type: Field['type'] = 'text'): Field => ({ code, type, zh: code, en: code })

describe('a draft of the mapping', () => {
  it('has a row for every use of a column, and for a column without use', () => {
    const d = draftOf(header, mapping, 'both')
    expect(d.uses.map((u) => [u.at, u.field])).toEqual([[0, 'name'], [0, 'account_name'], [1, ''], [2, 'registered_capital'], [3, '']])
    expect(d.constants).toEqual([{ field: 'kind', value: 'person' }])
  })

  it('becomes the mapping it was made of', () => {
    expect(mappingOf(draftOf(header, mapping, 'both'))).toEqual(mapping)
  })

  it('leaves out what says nothing', () => {
    const d = draftOf(['类别'], { columns: [{ header: '类别', field: 'kind', values: { 甲: 'person', 乙: '' } }] }, 'both')
    d.constants.push({ field: 'unit', value: '' }, { field: '', value: 'x' })
    expect(mappingOf(d)).toEqual({ columns: [{ header: '类别', field: 'kind', values: { 甲: 'person' } }] })
  })

  it('finds the use the server refused: columns without use are not sent', () => {
    const d = draftOf(header, mapping, 'both')
    expect(useAt(d, 'mapping.columns[2].unit')).toBe(3)
    expect(useAt(d, 'columns')).toBeNull()
    expect(useAt(d, 'columns[9].field')).toBeNull()
  })

  it('names fields that stand twice, as column or constant', () => {
    const d = draftOf(header, mapping, 'both')
    expect(clashes(d).size).toBe(0)
    d.uses[4] = putTo(unused(3, '备注'), 'kind')
    d.uses[2] = putTo(unused(1, ''), 'name')
    expect([...clashes(d)].sort()).toEqual(['kind', 'name'])
  })

  it('forgets unit and values with the field', () => {
    expect(putTo({ at: 0, header: 'a', field: 'kind', unit: 'w', values: { x: 'y' } }, 'sex')).toEqual({ at: 0, header: 'a', field: 'sex', unit: '', values: {} })
  })
})

describe('what a column shows', () => {
  const preview: Preview = {
    header: ['a'],
    header_row: 1,
    rows: ['甲', '乙', ' 乙 ', ''].map((cell, i) => ({ row: i + 2, cells: [cell] })),
  }

  it('its cells, the most frequent first, then those only the mapping knows', () => {
    expect(cellsOf(preview, { ...unused(0, 'a'), values: { 丙: 'x', 甲: 'y' } })).toEqual(['乙', '甲', '丙'])
    expect(cellsOf(undefined, unused(0, 'a'))).toEqual([])
  })

  it('the letter a spreadsheet gives it', () => {
    expect([0, 25, 26, 701, 702].map(letters)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA'])
  })

  it('the other unit its numbers may be in', () => {
    expect([field('a', 'yuan'), field('b', 'kva'), field('c'), undefined].map(otherUnit)).toEqual(['10k_yuan', 'w', '', ''])
  })
})

describe('groupsOf', () => {
  it('puts what tells the record first, then particulars, supply and own fields', () => {
    const fields = ['customer_no', 'name', 'sex', 'account_no', 'voltage', 'field.x', 'class.y'].map((c) => field(c))
    const codes = (list: [string, Field[]][]) => list.map(([g, f]) => [g, f.map((x) => x.code)])
    expect(codes(groupsOf(fields, 'customers'))).toEqual([
      ['key', ['customer_no', 'name', 'account_no']], ['basic', ['sex']], ['account', ['voltage']], ['own', ['field.x', 'class.y']],
    ])
    expect(codes(groupsOf([field('customer_no'), field('account_no'), field('phone')], 'contacts'))).toEqual([['key', ['customer_no', 'account_no']], ['basic', ['phone']]])
  })
})
