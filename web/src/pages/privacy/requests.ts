// What the pages ask the server about requests and consents.
import { api, etagOf, unwrap } from '@/api/client'
import { lang } from '@/i18n'
import type { Tone } from '@/kit'
import type { Channel, Detail, Proof, RequestKind, RequestState } from './types'

export const kinds: RequestKind[] = ['access', 'correct', 'delete', 'withdraw']
export const states: RequestState[] = ['received', 'verified', 'proposed', 'done', 'refused']
export const channels: Channel[] = ['counter', 'phone', 'letter', 'portal']
export const proofs: Proof[] = ['document', 'agent', 'account_facts', 'portal_login']
export const stateTone: Record<RequestState, Tone> = { received: 'warn', verified: 'info', proposed: 'bad', done: 'ok', refused: 'neutral' }

const path = (id: string) => ({ path: { id } })
const changing = (r: Pick<Detail, 'id' | 'version'>) => ({ path: { id: r.id }, header: { 'If-Match': etagOf(r) } })

export const fetchRequest = (id: string) => unwrap(api.GET('/api/v1/privacy-requests/{id}', { params: path(id) }))
export const fetchPreview = (id: string) => unwrap(api.GET('/api/v1/privacy-requests/{id}/erasure', { params: path(id) }))
export const verifyRequest = (r: Detail, body: { proof: Proof; note: string }) => unwrap(api.POST('/api/v1/privacy-requests/{id}/verify', { params: changing(r), body }))
export const finishRequest = (r: Detail, body: { outcome: string; change_id?: string }) => unwrap(api.POST('/api/v1/privacy-requests/{id}/finish', { params: changing(r), body }))
export const refuseRequest = (r: Detail, body: { reason: string; outcome?: string }) => unwrap(api.POST('/api/v1/privacy-requests/{id}/refuse', { params: changing(r), body }))
export const proposeErasure = (r: Detail, customer_no: string) => unwrap(api.POST('/api/v1/privacy-requests/{id}/erasure', { params: changing(r), body: { customer_no } }))
export const confirmErasure = (r: Detail, customer_no: string) => unwrap(api.POST('/api/v1/privacy-requests/{id}/erasure/confirm', { params: changing(r), body: { customer_no } }))
export const dropErasure = (r: Detail) => unwrap(api.DELETE('/api/v1/privacy-requests/{id}/erasure', { params: changing(r) }))
export const exportData = (r: Detail, lookup_id: string, key: string) =>
  unwrap(api.POST('/api/v1/privacy-requests/{id}/export', { params: { ...path(r.id), header: { 'Idempotency-Key': key } }, body: { lookup_id } }))

/** A text of the rules, which come in both languages. */
export const inLang = (x: { zh: string; en: string }): string => (lang.value === 'en' ? x.en : x.zh)
export const sourceOf = (x: { source_zh: string; source_en: string }): string => inLang({ zh: x.source_zh, en: x.source_en })
