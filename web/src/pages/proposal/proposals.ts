// What the pages ask the server about proposals, and what its answers are called.
import { api, etagOf, unwrap, unwrapWithTag } from '@/api/client'
import type { components } from '@/api/schema'
import { hasText, t } from '@/i18n'
import type { Tone } from '@/kit'
import type { Settings } from '@/pages/customer/customers'
import { fieldText } from '@/pages/customer/edit/fields'
import { pathKey, pathName, valueName } from '@/pages/customer/record/changes'

type S = components['schemas']
export type Proposal = S['Proposal']
export type ProposalDetail = S['ProposalDetail']
export type ProposalInput = S['ProposalInput']
export type ProposalItem = S['ProposalItem']
export type Verdict = S['ProposalVerdict']
type Part = ProposalItem['parts'][number]

const path = (id: string) => ({ path: { id } })
const stamped = (p: Pick<Proposal, 'id' | 'version'>) => ({ ...path(p.id), header: { 'If-Match': etagOf(p) } })

export const fetchProposal = (id: string) => unwrapWithTag(api.GET('/api/v1/proposals/{id}', { params: path(id) }))
export const createProposal = (key: string, body: ProposalInput) => unwrap(api.POST('/api/v1/proposals', { params: { header: { 'Idempotency-Key': key } }, body }))
export const correctProposal = (p: Proposal, body: ProposalInput) => unwrap(api.PUT('/api/v1/proposals/{id}', { params: stamped(p), body }))
export const withdraw = (p: Proposal) => unwrap(api.POST('/api/v1/proposals/{id}/withdraw', { params: stamped(p) }))
export const endorse = (p: Proposal) => unwrap(api.POST('/api/v1/proposals/{id}/endorse', { params: stamped(p) }))
export const sendBack = (p: Proposal, why: string) => unwrap(api.POST('/api/v1/proposals/{id}/return', { params: stamped(p), body: { why } }))
export const decide = (p: Proposal, body: S['ProposalDecideInput']) => unwrap(api.POST('/api/v1/proposals/{id}/decide', { params: stamped(p), body }))

export const states = ['submitted', 'returned', 'endorsed', 'accepted', 'partly', 'rejected', 'withdrawn'] as const
export const stateName = (state: string): string => t(`proposal.state.${state}`)
export const stateTone: Record<Proposal['state'], Tone> = {
  submitted: 'accent', returned: 'warn', endorsed: 'accent', accepted: 'ok', partly: 'ok', rejected: 'bad', withdrawn: 'neutral',
}

/** "新增客户：张*三", "变更：张*三". */
export const titleOf = (p: Pick<Proposal, 'new' | 'customer_name'>): string => t(p.new ? 'proposal.title_new' : 'proposal.title', { name: p.customer_name || t('proposal.erased_name') })

/** What is proposed to change, in few words. */
export function fieldsText(p: Pick<Proposal, 'fields'>, settings: Settings): string {
  const names = p.fields.map((f) => (hasText(`proposal.field.${f}`) ? t(`proposal.field.${f}`) : pathName(f, settings)))
  return [...new Set(names)].join(t('kit.list.comma'))
}

const listed: Record<string, string> = { contacts: 'customer_ui.contact', certificates: 'customer_ui.certificate' }
const headOf = (key: string) => key.replace(/\[.*$/, '')
const kindPart = (item: ProposalItem) => item.parts.find((p) => p.path.endsWith('].kind'))

/** What an item is called: the field, or the kind of contact or certificate. */
export function itemName(item: ProposalItem, settings: Settings): string {
  const words = listed[headOf(item.key)]
  const kind = kindPart(item)
  if (words && kind) return t(`${words}.${kind.proposed || kind.before || kind.current}`)
  return pathName(item.key, settings)
}

export type Side = 'before' | 'proposed' | 'current'
export interface Line {
  /** Absent where the item's own name says it. */
  label?: string
  text: string
  hidden?: boolean
}

/** The values of a side of an item as lines to read. */
export function linesOf(item: ProposalItem, side: Side, settings: Settings): Line[] {
  if (item.key === 'tags') {
    const tags = item.parts.map((p) => p[side]).filter(Boolean).join(t('kit.list.comma'))
    return tags ? [{ text: tags }] : []
  }
  const kind = kindPart(item)
  // An element that is not there on this side has nothing to show.
  if (kind && !kind[side]) return []
  return item.parts
    .filter((p) => p !== kind || (kind.before && kind.proposed && kind.before !== kind.proposed))
    .flatMap((p) => lineOf(item, p, side, settings))
    .sort((a, b) => Number(!!a.label) - Number(!!b.label)) // what it is before what is said of it
}

function lineOf(item: ProposalItem, part: Part, side: Side, settings: Settings): Line[] {
  if (part.hidden) return [{ text: t('customer_ui.hidden_value'), hidden: true }]
  const value = part[side]
  if (!value) return []
  const own = part.path.startsWith('fields.') ? settings.fields.find((f) => `fields.${f.code}` === part.path) : undefined
  const several = item.parts.length > 1 && !part.path.endsWith('].value') && !part.path.endsWith('].number')
  const label = several && hasText(pathKey(part.path)) ? pathName(part.path, settings).replace(/^.* · /, '') : undefined
  return [{ label, text: own ? fieldText(own, value) : valueName(part.path, value, settings) }]
}
