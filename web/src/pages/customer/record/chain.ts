// The way from the substation to the meter, one chain for every account, with what is wrong on it.
import type { Supplied, SupplyPath } from '../types'

export interface Link {
  kind: 'substation' | 'line' | 'district' | 'meter'
  id: string
  no: string
  name: string
  /** The worst condition of the equipment there. */
  health: Health
  defects: number
}
export type Health = SupplyPath['equipment'][number]['health']

const order: Health[] = ['severe', 'abnormal', 'attention', 'normal']
export const worst = (all: readonly Health[]): Health => order.find((h) => all.includes(h)) ?? 'normal'

/** Where an account gets its electricity: substation, feeder, branches, district, meters. */
export function chainOf(path: SupplyPath, account: Supplied): Link[] {
  const link = (kind: Link['kind'], node: { id: string; no: string; name: string }): Link => {
    const there = path.equipment.filter((e) => e.node_kind === kind && e.node_id === node.id)
    return { kind, id: node.id, no: node.no, name: node.name, health: worst(there.map((e) => e.health)), defects: there.reduce((n, e) => n + e.open_defects, 0) }
  }
  const lines = linesOf(path, account.line_id)
  const substation = path.substations.find((s) => s.id === lines[0]?.substation_id)
  const district = path.districts.find((d) => d.id === account.district_id)
  return [
    ...(substation ? [link('substation', substation)] : []),
    ...lines.map((l) => link('line', l)),
    ...(district ? [link('district', district)] : []),
    ...metersOf(path, account).map((m) => link('meter', { id: m.id, no: m.asset_no, name: m.asset_no })),
  ]
}

/** A line with those it branches off, the trunk first. */
function linesOf(path: SupplyPath, id: string | undefined): SupplyPath['lines'] {
  const way: SupplyPath['lines'] = []
  let at = path.lines.find((l) => l.id === id)
  while (at && !way.includes(at)) {
    way.unshift(at)
    const above: string | undefined = at.parent_id
    at = path.lines.find((l) => l.id === above)
  }
  return way
}

/** The meters that hang at an account's metering points. */
export function metersOf(path: SupplyPath, account: Pick<Supplied, 'id'>): SupplyPath['meters'] {
  const points = new Set(path.points.filter((p) => p.account_id === account.id).map((p) => p.id))
  return path.meters.filter((m) => m.point_id && points.has(m.point_id))
}

/** Faults not yet ended and defects not yet remedied. */
export const openConditions = (path: SupplyPath): SupplyPath['conditions'] => path.conditions.filter((c) => !c.restored_at && (c.kind === 'fault' || c.kind === 'defect'))

/** Equipment that needs attention, the worst first. */
export const troubled = (path: SupplyPath): SupplyPath['equipment'] =>
  path.equipment.filter((e) => e.health !== 'normal' || e.open_defects > 0).sort((a, b) => order.indexOf(a.health) - order.indexOf(b.health))
