// Where records of the supply side are shown.
import { Building2, CircuitBoard, Gauge, House, Radar, TowerControl, UtilityPole, Warehouse, Zap } from '@lucide/vue'
import type { Component } from 'vue'
import type { Plural } from './types'

export interface Place {
  name: string
  params?: Record<string, string>
}

/** The page of a record, by the word the server uses for its kind. */
export function placeOf(kind: string, id: string): Place {
  const name = pages[kind]
  return name ? { name, params: { id } } : { name: kind === 'equipment' ? 'network-equipment' : 'network-node', params: { kind, id } }
}
const pages: Record<string, string> = { account: 'supply-account', premise: 'supply-premise', point: 'supply-point', meter: 'supply-meter' }

export const icons: Record<string, Component> = {
  account: Zap,
  premise: House,
  point: CircuitBoard,
  meter: Gauge,
  substation: Warehouse,
  line: UtilityPole,
  district: TowerControl,
  equipment: Radar,
  customer: Building2,
}

/** The server's word for one record of a list. */
export const kindOf: Record<Plural, string> = {
  accounts: 'account',
  premises: 'premise',
  'metering-points': 'point',
  meters: 'meter',
  substations: 'substation',
  lines: 'line',
  districts: 'district',
  equipment: 'equipment',
  'equipment-conditions': 'condition',
  'supply-contracts': 'contract',
}

const lists: Partial<Record<Plural, string>> = { accounts: 'supply-accounts', premises: 'supply-premises', 'metering-points': 'supply-points', meters: 'supply-meters' }

/** The list of a kind. */
export const listOf = (kind: Plural): Place => (lists[kind] ? { name: lists[kind] } : { name: 'network', params: { kind: kindOf[kind] } })
