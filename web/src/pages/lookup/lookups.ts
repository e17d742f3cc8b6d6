// What the pages ask the server about look-ups, and how they show their states.
import { api, etagOf, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import { t } from '@/i18n'
import { confirm, toast, type Tone } from '@/kit'
import { may } from '@/session/session'

type S = components['schemas']
export type Lookup = S['Lookup']
export type LookupDetail = S['LookupDetail']
export type Look = S['CustomerLook']
export type Mark = S['CustomerMark']
export type Taken = S['LookupTaken']
export type Filter = S['CustomerFilter']
export type Extent = S['LookupExtent']
export type SheetName = S['LookupSheetInput']['sheet']
export type State = Lookup['state']
export type Use = 'view' | 'export' | 'print'
export type Deed = 'start' | 'withdraw' | 'end'

export const purposes = ['contact', 'verify', 'complaint', 'billing', 'field_work', 'authority', 'other'] as const
export const uses: Use[] = ['view', 'export', 'print']
export const stateTone: Record<State, Tone> = { requested: 'warn', approved: 'info', running: 'ok', ended: 'neutral', refused: 'bad', withdrawn: 'neutral' }
export const stateName = (l: Lookup): string => t(l.state === 'ended' && l.end_cause ? `lookup.ended.${l.end_cause}` : `lookup.state_name.${l.state}`)

/** The states in which something may still happen. */
export const isOpen = (l: Lookup): boolean => ['requested', 'approved', 'running'].includes(l.state)

/** My look-up about a customer that is not over, the running one first. */
export async function openFor(customer_id: string, fits: (l: Lookup) => boolean = () => true): Promise<Lookup | undefined> {
  const page = await unwrap(api.GET('/api/v1/lookups/mine', { params: { query: { customer_id, limit: 20 } } }))
  const order: State[] = ['running', 'approved', 'requested']
  return page.items.filter((l) => isOpen(l) && fits(l)).sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))[0]
}

/** My running look-ups that were approved for a use. */
export async function runningFor(use: Use): Promise<Lookup[]> {
  if (!may('lookup.mine')) return []
  const mine = await unwrap(api.GET('/api/v1/lookups/mine', { params: { query: { state: 'running', limit: 50 } } }))
  return mine.items.filter((l) => l.uses.includes(use))
}

/** Lets a sheet about a customer be printed whole. */
export const takeSheet = (lookup: string, customer_id: string, sheet: SheetName, key: string) =>
  unwrap(api.POST('/api/v1/lookups/{id}/sheets', { params: { path: { id: lookup }, header: { 'Idempotency-Key': key } }, body: { customer_id, sheet } }))

export const fetchLookup = (id: string): Promise<LookupDetail> => unwrap(api.GET('/api/v1/lookups/{id}', { params: { path: { id } } }))

const change = (l: Lookup) => ({ params: { path: { id: l.id }, header: { 'If-Match': etagOf(l) } } })

const doDeed = (l: Lookup, deed: Deed): Promise<LookupDetail> => {
  if (deed === 'start') return unwrap(api.POST('/api/v1/lookups/{id}/start', change(l)))
  if (deed === 'withdraw') return unwrap(api.POST('/api/v1/lookups/{id}/withdraw', change(l)))
  return unwrap(api.POST('/api/v1/lookups/{id}/end', change(l)))
}

/** Does it, asking first before what cannot be taken back; undefined when the answer was no. */
export async function carryOut(l: LookupDetail, deed: Deed): Promise<LookupDetail | undefined> {
  const revoking = deed === 'end' && !l.mine
  const action = deed === 'withdraw' ? t('lookup.withdraw') : t(revoking ? 'lookup.revoke' : 'lookup.give_back')
  const text = deed === 'withdraw' ? t('lookup.withdraw_text') : revoking ? t('lookup.revoke_text', { name: l.user_name }) : t('lookup.end_text')
  if (deed !== 'start' && !(await confirm({ title: action, text, action, danger: true }))) return undefined
  const done = await doDeed(l, deed)
  if (deed !== 'start') toast.ok(t(deed === 'withdraw' ? 'lookup.withdrawn' : 'lookup.ended_now'))
  return done
}

export const decide = (l: Lookup, body: S['LookupDecideInput']): Promise<LookupDetail> => unwrap(api.POST('/api/v1/lookups/{id}/decide', { ...change(l), body }))
export const review = (l: Lookup, body: S['LookupReviewInput']): Promise<LookupDetail> => unwrap(api.POST('/api/v1/lookups/{id}/review', { ...change(l), body }))

/** Milliseconds as "4:05", from an hour on as "3:38:05". */
export function clock(ms: number): string {
  const s = Math.max(0, Math.ceil(ms / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60]
  return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`
}
