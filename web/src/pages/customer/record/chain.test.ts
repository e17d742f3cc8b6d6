import { describe, expect, it } from 'vitest'
import type { Supplied, SupplyPath } from '../types'
import { chainOf, metersOf, openConditions, troubled, worst } from './chain'

const path = {
  accounts: [{ id: 'a1', account_no: '1001', line_id: 'l2', district_id: 'd1' }],
  substations: [{ id: 's1', no: 'B1', name: '城南变' }],
  lines: [
    { id: 'l1', no: '131', name: '白云线', substation_id: 's1' },
    { id: 'l2', no: '131Z1', name: '白云支线', parent_id: 'l1', substation_id: 's1' },
  ],
  districts: [{ id: 'd1', no: '0301', name: '2号台区' }],
  points: [{ id: 'p1', account_id: 'a1' }, { id: 'p2', account_id: 'other' }],
  meters: [{ id: 'm1', asset_no: '3310', point_id: 'p1' }, { id: 'm2', asset_no: '3311', point_id: 'p2' }],
  equipment: [
    { id: 'e1', node_kind: 'district', node_id: 'd1', health: 'attention', open_defects: 0 },
    { id: 'e2', node_kind: 'district', node_id: 'd1', health: 'severe', open_defects: 2 },
    { id: 'e3', node_kind: 'line', node_id: 'l1', health: 'normal', open_defects: 0 },
  ],
  conditions: [
    { id: 'k1', kind: 'fault' },
    { id: 'k2', kind: 'defect', restored_at: '2026-11-01T00:00:00Z' },
    { id: 'k3', kind: 'inspection' },
  ],
} as unknown as SupplyPath
const account = path.accounts[0] as Supplied

describe('chainOf', () => {
  it('goes from the substation over the trunk and the branch to the meter', () => {
    expect(chainOf(path, account).map((l) => `${l.kind} ${l.name}`)).toEqual(['substation 城南变', 'line 白云线', 'line 白云支线', 'district 2号台区', 'meter 3310'])
  })
  it('shows the worst condition of what stands at a node', () => {
    const district = chainOf(path, account).find((l) => l.kind === 'district')
    expect(district).toMatchObject({ health: 'severe', defects: 2 })
  })
  it('ends where nothing is known', () => {
    expect(chainOf({ ...path, lines: [], districts: [], points: [] }, account)).toEqual([])
  })
  it('does not run round a loop of lines', () => {
    const looped = { ...path, lines: path.lines.map((l) => ({ ...l, parent_id: l.id === 'l1' ? 'l2' : 'l1' })) } as SupplyPath
    expect(chainOf(looped, account).filter((l) => l.kind === 'line')).toHaveLength(2)
  })
})

describe('conditions', () => {
  it('knows the worst', () => expect([worst([]), worst(['normal', 'abnormal', 'attention'])]).toEqual(['normal', 'abnormal']))
  it('lists faults and defects not ended', () => expect(openConditions(path).map((c) => c.id)).toEqual(['k1']))
  it('lists weak equipment, the worst first', () => expect(troubled(path).map((e) => e.id)).toEqual(['e2', 'e1']))
  it('finds an account’s own meters', () => expect(metersOf(path, account).map((m) => m.id)).toEqual(['m1']))
})
