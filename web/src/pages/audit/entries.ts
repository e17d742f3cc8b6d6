import type { RouteLocationRaw } from 'vue-router'
import type { components } from '@/api/schema'
import { hasText, t } from '@/i18n'
import type { ListQuery, Tone } from '@/kit'

type Schemas = components['schemas']
export type Entry = Schemas['AuditEntryView']
export type Opened = Schemas['AuditOpened']
export type State = Schemas['AuditState']
export type Chain = Schemas['AuditChainState']
export type Rule = Schemas['AuditRule']
export type Kind = Entry['kind']

/** A place where the log is not as it was, or worth a note. */
export interface Fault {
  fault: string
  org_id: string
  number?: number
  entry_id?: string
}

/** The outcome of a verification, as its job tells it. */
export interface Report {
  whole: boolean
  entries: number
  heads: number
  at: string
  broken_count: number
  broken: Fault[]
  notes: Fault[]
}

export const kinds: Kind[] = ['change', 'read', 'export', 'session']
export const kindTone: Record<Kind, Tone> = { change: 'neutral', read: 'info', export: 'warn', session: 'neutral' }

/** The types of objects worth choosing from; their words are "audit_object.TYPE". */
export const objectTypes = [
  'customer', 'customer.note', 'customer.interaction', 'customer.attachment', 'customer.fields', 'customer_export', 'proposal', 'reception', 'case', 'incident', 'account', 'meter', 'premise',
  'contract', 'consumption', 'line', 'district', 'substation', 'data_import', 'survey', 'estimation', 'sales_target', 'task', 'scheme', 'field', 'org', 'user', 'role', 'absence', 'session',
  'backup', 'audit', 'view',
]

/** An instant to the second: the server tells it in the companies' zone. */
export const moment = (at: string): string => at.slice(0, 19).replace('T', ' ')

/** The page of an object, where it has one. */
export function objectTo(e: Pick<Entry, 'object_type' | 'object_id'>): RouteLocationRaw | undefined {
  const name = e.object_type.startsWith('customer.') ? 'customer' : e.object_type
  const pages: Record<string, string> = { customer: 'customer', user: 'user', reception: 'reception', proposal: 'proposal', case: 'case', incident: 'incident' }
  return e.object_id && pages[name] ? { name: pages[name], params: { id: e.object_id } } : undefined
}

/** The rows of a list as an archive: all pages, in the same order. */
export function exportUrl(query: ListQuery, format: 'csv' | 'json'): string {
  const all = new URLSearchParams({ ...query, format })
  for (const key of ['limit', 'cursor', 'sort']) all.delete(key)
  return `/api/v1/audit-export?${all.toString()}`
}

/** One value that an entry tells of. */
export interface Difference {
  path: string
  before?: string
  after?: string
}

/** What differs between two JSON texts, path by path; with one of them, all it holds. */
export function differences(before: string | undefined, after: string | undefined): Difference[] {
  const was = flatten(before)
  const is = flatten(after)
  return [...new Set([...was.keys(), ...is.keys()])]
    .filter((path) => was.get(path) !== is.get(path))
    .map((path) => ({ path, before: was.get(path), after: is.get(path) }))
}

function flatten(json: string | undefined): Map<string, string> {
  const all = new Map<string, string>()
  if (json) walk(JSON.parse(json) as unknown, '', all)
  return all
}

function walk(value: unknown, path: string, all: Map<string, string>): void {
  if (Array.isArray(value)) value.forEach((v, i) => walk(v, `${path}[${i}]`, all))
  else if (value !== null && typeof value === 'object') for (const [key, v] of Object.entries(value)) walk(v, path ? `${path}.${key}` : key, all)
  else if (value !== null && value !== '') all.set(path, String(value))
}

const PART = /^(fields|objects|basis_type|basis_no|basis_id)(?:\[(\d+)\])?$/
/** What a part of a look is called; of what else an entry holds nothing. */
export function partName(kind: Kind, path: string): string {
  const [, part, n] = PART.exec(path) ?? []
  return part && looks(kind) ? [t(`audit_ui.seen.${part}`), n === undefined ? '' : Number(n) + 1].join(' ').trim() : ''
}
const looks = (kind: Kind) => kind === 'read' || kind === 'export'
/** Its value in words, where there are any. */
export function partText(kind: Kind, path: string, value: string | undefined): string | undefined {
  const [, part] = PART.exec(path) ?? []
  const key = part === 'fields' ? `lookup.field.${value}` : part === 'basis_type' ? `audit_ui.basis.${value}` : ''
  return value !== undefined && key && looks(kind) && hasText(key) ? t(key) : value
}

/** Who did it; a deputy's name tells for whom. */
export const actorName = (name: string): string => name.replace(/（代 (.+)）$/, (_, absent: string) => t('audit_ui.acting_for', { name: absent }))
