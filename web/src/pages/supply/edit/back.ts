// Where one is led after a record was saved: its page, or the page of what it belongs to.
import type { RouteLocationRaw } from 'vue-router'
import { kindOf, placeOf } from '../places'
import type { AnyRecord, Condition, Contract, Plural } from '../types'

export function backTo(kind: Plural, record: AnyRecord): RouteLocationRaw {
  if (kind === 'supply-contracts') return placeOf('account', (record as Contract).account_id)
  if (kind === 'equipment-conditions') {
    const c = record as Condition
    return c.equipment_id ? placeOf('equipment', c.equipment_id) : { ...placeOf(c.node_kind ?? '', c.node_id ?? ''), query: { tab: 'conditions' } }
  }
  return placeOf(kindOf[kind], record.id)
}
