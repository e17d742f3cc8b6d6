import { beforeAll, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { GROWTH, adopt, follow, inputOf, standingName, valuesOf, yearOf, type Standing, type TargetMonth, type Values } from './targets'

beforeAll(() => setLang('zh', false))
const month = (m: number, proposal_wh?: number, target_wh?: number) => ({ month: 202600 + m, proposal_wh, target_wh }) as TargetMonth
const standing = (s: Partial<Standing>) => ({ org_id: 'o', manager_id: 'm', version: 0, growth_permille: 35, months: [], ...s }) as Standing

describe('a target', () => {
  it('begins with the proposal, and with itself once it is set', () => {
    const months = [month(1, 1_300_000, 900_000), month(2, undefined)]
    expect(valuesOf(standing({ months }))).toEqual({ [GROWTH]: 3.5, '2026-01': 1300, '2026-02': null })
    expect(valuesOf(standing({ months, version: 1 }))).toEqual({ [GROWTH]: 3.5, '2026-01': 900, '2026-02': null })
  })
  it('follows the proposal where it was not typed', () => {
    const values: Values = { [GROWTH]: 5, '2026-01': 1300, '2026-02': 1000, '2026-03': null }
    follow(values, [month(1, 1_300_000), month(2, 1_300_000), month(3)], [month(1, 1_400_000), month(2, 1_400_000), month(3, 1_400_000)])
    expect(values).toEqual({ [GROWTH]: 5, '2026-01': 1400, '2026-02': 1000, '2026-03': 1400 })
  })
  it('takes every proposal when asked to', () => {
    const values: Values = { '2026-01': 1, '2026-02': 2 }
    adopt(values, [month(1, 1_400_000), month(2)])
    expect(values).toEqual({ '2026-01': 1400, '2026-02': 2 })
  })
  it('is sent without the months left empty', () => {
    const months = [month(1), month(2), month(3)]
    expect(inputOf({ [GROWTH]: -2.5, '2026-01': 1300.5, '2026-02': null, '2026-03': 0 }, months)).toEqual({ growth_permille: -25, months: [{ month: 202601, energy_wh: 1_300_500 }] })
    expect(() => inputOf({ [GROWTH]: null }, months)).toThrow('target.no_month')
  })
  it('is called by its manager', () => expect(standingName(standing({ manager_name: '周经理' }))).toBe('周经理'))
  it('takes no year from the address that is none', () => expect(['2026', '1999', '20261', 'x', undefined].map(yearOf)).toEqual([2026, undefined, undefined, undefined, undefined]))
})
