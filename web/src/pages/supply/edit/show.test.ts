import { beforeAll, describe, expect, it } from 'vitest'
import { hasText, setLang } from '@/i18n'
import { codeKey, codes, type CodeList } from '../codes'
import { listSpecs } from '../list/lists'
import type { Plural } from '../types'
import { fieldsOf, labelOf, sections } from './fields'
import { learn, textOf } from './refs'
import { facts, formLabel } from './show'

beforeAll(() => setLang('zh', false))

describe('facts', () => {
  it('show what a record holds, in words and units', () => {
    learn('l', '10kV 城关线 · 100101')
    const shown = facts('districts', { no: 'T1', name: '人民路台区', kind: 'public', area: 'rural', capacity_va: 315_000, line_id: 'l' }, ['no', 'name'])
    expect(shown.map((d) => `${d.label}: ${d.text}`)).toEqual(['类别: 公变', '城乡: 农村', '变压器容量: 315 kVA', '线路: 10kV 城关线 · 100101'])
  })

  it('name the section of an industry', () => {
    const industry = (code: string) => facts('accounts', { industry: code }).find((d) => d.key === 'industry')?.text
    expect(['C2511', 'S', '99'].map(industry)).toEqual(['C2511 制造业', 'S 公共管理、社会保障和社会组织', '99'])
  })

  it('say in which unit a form is filled', () => {
    const [length] = fieldsOf('lines').filter((f) => f.name === 'length_m')
    expect(length && formLabel(length)).toBe('长度（m）')
  })
})

describe('names', () => {
  it.each([
    [{ account_no: '1001', name: '张伟' }, '张伟 · 1001'],
    [{ asset_no: '33-1' }, '33-1'],
    [{ address: '人民路1号' }, '人民路1号'],
    [{ no: 'S1', name: '城东变', address: '城东' }, '城东变 · S1'],
  ])('of %o', (record, text) => expect(textOf(record)).toBe(text))
})

describe('words', () => {
  it('are there for every field, section, code and column', () => {
    const keys = [
      ...(Object.keys(sections) as Plural[]).flatMap((kind) => [...sections[kind].map((s) => `supply_ui.section.${s.title}`), ...fieldsOf(kind).flatMap((f) => [labelOf(f), ...(f.hint ? [f.hint] : [])])]),
      ...(Object.keys(codes) as CodeList[]).flatMap((list) => codes[list].map((code) => codeKey(list, code))),
      ...Object.values(listSpecs).flatMap((s) => [...s.columns.map((c) => c.label), ...s.filters.map((f) => f.label)]),
      ...Object.keys(listSpecs).flatMap((list) => [`supply_ui.search.${list}`, `supply_ui.list.${list}`]),
    ]
    expect(keys.filter((key) => !hasText(key))).toEqual([])
  })
})
