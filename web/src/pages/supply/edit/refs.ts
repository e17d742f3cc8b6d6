// Records that another record refers to: found by what people know of them, shown by their name.
import { reactive } from 'vue'
import { api, unwrap } from '@/api/client'
import { findCustomers, managerChoices, unitChoices } from '@/pages/customer/customers'
import { fetchOne, fetchPage } from '../records'
import type { Plural } from '../types'
import type { Field, RefKind } from './fields'
import type { Values } from './values'

export interface Found {
  id: string
  text: string
}

const pluralOf: Partial<Record<RefKind, Plural>> = {
  premise: 'premises',
  account: 'accounts',
  point: 'metering-points',
  meter: 'meters',
  substation: 'substations',
  line: 'lines',
  district: 'districts',
  equipment: 'equipment',
}
const network: RefKind[] = ['substation', 'line', 'district', 'equipment']

/** The kind a field refers to; that of a node stands in another field. */
export const refKind = (f: Field, values: Values): RefKind | undefined => (f.ref === 'node' ? ((values.node_kind as RefKind) || undefined) : f.ref)

/** Name and number as one text. */
export const named = (no: string, name: string): string => [name, no].filter(Boolean).join(' · ')

/** At most a screenful of records by a fragment; units and users are few and come whole. */
export async function find(kind: RefKind, q: string, org: string): Promise<Found[]> {
  if (kind === 'unit') return unitChoices(org).map((c) => ({ id: c.value, text: c.label }))
  if (kind === 'user') return (await managerChoices()).map((c) => ({ id: c.value, text: c.label }))
  if (!q) return []
  if (kind === 'customer') return (await findCustomers(q, org)).map((c) => ({ id: c.id, text: named(c.customer_no, c.name) }))
  if (network.includes(kind)) {
    const { items } = await unwrap(api.GET('/api/v1/network-search', { params: { query: { q, limit: 50 } } }))
    return items.filter((h) => h.kind === kind && (!org || h.org_id === org)).map((h) => ({ id: h.id, text: named(h.hint, h.title) }))
  }
  const plural = pluralOf[kind] as Plural
  return (await fetchPage(plural, { q, limit: '20', ...(org && { org_id: org }) })).items.map((r) => ({ id: r.id, text: textOf(r) }))
}

/** What a record is called: its number and name, or its address. */
export function textOf(record: object): string {
  const r = record as Record<string, string | undefined>
  return r.address && !r.no ? r.address : named(r.account_no ?? r.no ?? r.asset_no ?? r.contract_no ?? '', r.name ?? '')
}

const names = reactive(new Map<string, string>())

/** Remembers what a record is called, so that it need not be asked. */
export const learn = (id: string, text: string): void => void names.set(id, text)

/** What a referred record is called; asks for it the first time. */
export function nameOf(kind: RefKind | undefined, id: string): string {
  if (!kind || !id) return ''
  const known = names.get(id)
  if (known !== undefined) return known
  names.set(id, '')
  void ask(kind, id)
    .then((text) => names.set(id, text))
    .catch(() => names.set(id, id.slice(-6))) // not readable for this person: still told apart
  return ''
}

async function ask(kind: RefKind, id: string): Promise<string> {
  if (kind === 'customer') {
    const c = await unwrap(api.GET('/api/v1/customers/{id}', { params: { path: { id } } }))
    return named(c.customer_no, c.name)
  }
  const plural = pluralOf[kind]
  if (plural) return textOf((await fetchOne(plural, id)).data)
  return (await find(kind, '', '')).find((x) => x.id === id)?.text ?? id.slice(-6)
}
