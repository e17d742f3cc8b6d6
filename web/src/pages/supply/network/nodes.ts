// The network as a tree: a district hangs on a line, a line on another one or on a substation.
import type { Link } from '@/pages/customer/record/chain'
import { fetchOne, fetchAll } from '../records'
import type { District, Line, NodeKind, Substation } from '../types'

export const nodePlural = { substation: 'substations', line: 'lines', district: 'districts' } as const
export type AnyNode = Substation | Line | District

const link = (kind: NodeKind, n: { id: string; no: string; name: string }): Link => ({ kind, id: n.id, no: n.no, name: n.name, health: 'normal', defects: 0 })

/** More branches off branches than any network has. */
const DEEPEST = 20

/** The way from the substation down to a node, itself the last. */
export async function wayTo(kind: NodeKind, node: AnyNode): Promise<Link[]> {
  const way = [link(kind, node)]
  let line = kind === 'line' ? (node as Line) : await readLine((node as District).line_id)
  if (kind === 'substation') return way
  if (kind === 'district' && line) way.unshift(link('line', line))
  while (line?.parent_id && way.length < DEEPEST) {
    line = await readLine(line.parent_id)
    if (line) way.unshift(link('line', line))
  }
  if (line?.substation_id) way.unshift(link('substation', (await fetchOne('substations', line.substation_id)).data))
  return way
}

const readLine = async (id: string | undefined): Promise<Line | null> => (id ? (await fetchOne('lines', id)).data : null)

export interface Below {
  lines: Line[]
  districts: District[]
}

/** What hangs directly on a node: the trunks of a substation, the branches and districts of a line. */
export async function below(kind: NodeKind, id: string): Promise<Below> {
  if (kind === 'substation') return { lines: (await fetchAll('lines', { substation_id: id })).filter((l) => !l.parent_id), districts: [] }
  if (kind === 'district') return { lines: [], districts: [] }
  const [lines, districts] = await Promise.all([fetchAll('lines', { parent_id: id }), fetchAll('districts', { line_id: id })])
  return { lines, districts }
}
