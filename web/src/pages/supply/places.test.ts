import { describe, expect, it } from 'vitest'
import { backTo } from './edit/back'
import module from './module'
import { kindOf, listOf, placeOf } from './places'
import type { Condition, Contract, Plural } from './types'

const names = new Set(module.routes.map((r) => r.name))

describe('places', () => {
  it('of every kind are pages of the module', () => {
    for (const kind of ['account', 'premise', 'point', 'meter', 'substation', 'line', 'district', 'equipment']) expect(names, kind).toContain(placeOf(kind, 'x').name)
    for (const plural of Object.keys(kindOf) as Plural[]) {
      if (!['equipment-conditions', 'supply-contracts'].includes(plural)) expect(names, plural).toContain(listOf(plural).name)
      expect(names).toContain(`supply-${plural}-new`)
      expect(names).toContain(`supply-${plural}-edit`)
    }
  })

  it('are reached from the search box', () => {
    const to = (kind: string) => module.hits?.[kind]?.to({ kind, id: '1', org_id: '', title: '', subtitle: '', hint: '' })
    expect(to('account')).toEqual({ name: 'supply-account', params: { id: '1' } })
    expect(to('meter')).toEqual({ name: 'supply-meter', params: { id: '1' } })
    expect(to('district')).toEqual({ name: 'network-node', params: { kind: 'district', id: '1' } })
    expect(to('equipment')).toEqual({ name: 'network-equipment', params: { kind: 'equipment', id: '1' } })
  })

  it('after saving are those of what the record belongs to', () => {
    expect(backTo('supply-contracts', { id: 'c', account_id: 'a' } as Contract)).toEqual(placeOf('account', 'a'))
    expect(backTo('equipment-conditions', { id: 'c', equipment_id: 'e' } as Condition)).toEqual(placeOf('equipment', 'e'))
    expect(backTo('equipment-conditions', { id: 'c', node_kind: 'line', node_id: 'l' } as Condition)).toMatchObject({ name: 'network-node', query: { tab: 'conditions' } })
  })
})
