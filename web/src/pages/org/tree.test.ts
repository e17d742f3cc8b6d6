import { describe, expect, it } from 'vitest'
import type { MyOrg, OrgLevel } from '@/api/types'
import { countBelow, cutAt, findRows, growTree, levelsBelow, openAtFirst, openRows, pathOf } from './tree'

const org = (id: string, level: OrgLevel, parent_id: string, name: string): MyOrg => ({ id, level, parent_id, code: id, name, short_name: name })
const orgs = [
  org('33', 'province', '', '云江省电力公司'),
  org('3301', 'city', '33', '云州供电公司'),
  org('3302', 'city', '33', '江州供电公司'),
  org('1001', 'county', '3301', '清河县供电公司'),
  org('a1', 'unit', 'b1', '营业班'), // by code it comes before the station it stands under
  org('b1', 'unit', '1001', '城关供电所'),
]
const tree = growTree(orgs)
const ids = (rows: { org: MyOrg }[]) => rows.map((b) => b.org.id)
const branch = (id: string) => tree.byId.get(id)!

describe('tree', () => {
  it('grows from a list in any order', () => {
    expect(ids(tree.roots)).toEqual(['33'])
    expect(ids(pathOf(branch('a1')))).toEqual(['33', '3301', '1001', 'b1', 'a1'])
    expect(branch('a1').depth).toBe(5)
    expect(ids(branch('33').children)).toEqual(['3301', '3302'])
  })
  it('begins where the reader’s right begins', () => {
    const own = growTree(orgs.slice(3))
    expect(ids(own.roots)).toEqual(['1001'])
    expect(own.byId.get('a1')?.depth).toBe(3)
    expect(growTree([]).roots).toEqual([])
  })
  it('counts what stands below', () => {
    expect(countBelow(tree.roots)).toEqual({ province: 1, city: 2, county: 1, unit: 2 })
    expect(countBelow(branch('3302').children)).toEqual({ province: 0, city: 0, county: 0, unit: 0 })
  })
  it('lets each level stand under the one above and units anywhere', () => {
    for (const level of ['province', 'city', 'county', 'unit'] as const) expect(levelsBelow[level]).toContain('unit')
    expect(levelsBelow.province).not.toContain('county')
    expect(levelsBelow.county).toEqual(['unit'])
  })
})

describe('rows', () => {
  it('are the roots and the children of what is open', () => {
    expect(ids(openRows(tree, new Set()))).toEqual(['33'])
    expect(ids(openRows(tree, new Set(['33', '1001'])))).toEqual(['33', '3301', '3302'])
    expect(ids(openRows(tree, new Set(['33', '3301', '1001'])))).toEqual(['33', '3301', '1001', 'b1', '3302'])
  })
  it('open wholly in a small tree, to the cities in a large one', () => {
    expect([...openAtFirst(tree)].sort()).toEqual(['1001', '33', '3301', 'b1'])
    const many = Array.from({ length: 80 }, (_, i) => org(`u${i}`, 'unit', '1001', `供电所${i}`))
    expect([...openAtFirst(growTree([...orgs, ...many]))]).toEqual(['33'])
  })
})

describe('search', () => {
  it('shows hits with the way to them', () => {
    const found = findRows(tree, '清河', 10)
    expect(ids(found.rows)).toEqual(['33', '3301', '1001'])
    expect([...found.hits]).toEqual(['1001'])
    expect(found.more).toBe(false)
  })
  it('reads codes and several words in any case', () => {
    expect([...findRows(tree, 'B1', 10).hits]).toEqual(['b1'])
    expect([...findRows(tree, '供电 3302', 10).hits]).toEqual(['3302'])
    expect(findRows(tree, '没有', 10).rows).toEqual([])
  })
  it('stops at its limit and says so', () => {
    const found = findRows(tree, '供电公司', 2)
    expect([...found.hits]).toEqual(['3301', '1001'])
    expect(found.more).toBe(true)
  })
  it('marks what was searched', () => {
    expect(cutAt('清河县供电公司', '供电 清河')).toEqual([
      { text: '清河', hit: true },
      { text: '县', hit: false },
      { text: '供电', hit: true },
      { text: '公司', hit: false },
    ])
    expect(cutAt('A(B)', '(b')).toEqual([{ text: 'A', hit: false }, { text: '(B', hit: true }, { text: ')', hit: false }])
    expect(cutAt('x', ' ')).toEqual([{ text: 'x', hit: false }])
  })
})
