// What the pages ask the server about customers.
import { ref } from 'vue'
import { api, unwrap, unwrapWithTag } from '@/api/client'
import type { Choice } from '@/kit'
import { dateTime } from '@/format/format'
import { t } from '@/i18n'
import { companies, currentOrg, may, me } from '@/session/session'
import type { Customer, CustomerItem, Field, Scheme, UpdateInput } from './types'

/** How a company describes its customers. */
export interface Settings {
  schemes: Scheme[]
  fields: Field[]
}

/** The company whose schemes stand for all where none is chosen. */
export const settingsOrg = (): string => (currentOrg.value ?? companies.value[0])?.id ?? ''

/** The schemes and fields in use, in their order. */
export async function fetchSettings(org_id: string): Promise<Settings> {
  const params = { query: { org_id } }
  const [schemes, fields] = await Promise.all([
    may('scheme.list') ? unwrap(api.GET('/api/v1/customer-schemes', { params })) : { items: [] as Scheme[] },
    may('field.list') ? unwrap(api.GET('/api/v1/customer-fields', { params })) : { items: [] as Field[] },
  ])
  return {
    schemes: schemes.items.filter((s) => s.active),
    fields: fields.items.filter((f) => f.active).sort((a, b) => (a.position ?? 0) - (b.position ?? 0)),
  }
}

const path = (id: string) => ({ path: { id } })

export const fetchCustomer = (id: string) => unwrapWithTag(api.GET('/api/v1/customers/{id}', { params: path(id) }))

export const patchCustomer = (id: string, etag: string, body: UpdateInput) =>
  unwrapWithTag(api.PATCH('/api/v1/customers/{id}', { params: { ...path(id), header: { 'If-Match': etag } }, body }))

/** Finds customers as the search box does; for choosing one. */
export const findCustomers = async (q: string, org_id: string): Promise<CustomerItem[]> =>
  (await unwrap(api.GET('/api/v1/customers', { params: { query: { q, org_id: org_id || undefined, limit: 8 } } }))).items

/** Account managers to choose from: the person himself, and all users for those who may list them. */
export async function managerChoices(known?: Pick<Customer, 'manager_id' | 'manager_name'>): Promise<Choice[]> {
  const found = new Map<string, string>()
  if (me.value) found.set(me.value.id, t('customer_ui.me', { name: me.value.name }))
  if (known?.manager_id && !found.has(known.manager_id)) found.set(known.manager_id, known.manager_name ?? '')
  if (may('access.list')) {
    const users = await unwrap(api.GET('/api/v1/users', { params: { query: { limit: 200 } } }))
    for (const u of users.items) if (u.active && !found.has(u.id)) found.set(u.id, u.name)
  }
  return [...found].map(([value, label]) => ({ value, label, plain: true }))
}

/** Who sees customers of a company: whom a note may name. */
export const fetchPeople = async (org_id: string): Promise<{ id: string; name: string }[]> => (await unwrap(api.GET('/api/v1/customers/people', { params: { query: { org_id } } }))).items

/** Departments and stations of a company, or of all the person works for. */
export const unitChoices = (org?: string): Choice[] =>
  (me.value?.orgs ?? [])
    .filter((o) => o.level === 'unit' && (!org || o.parent_id === org))
    .map((o) => ({ value: o.id, label: o.name, plain: true }))

/** The latest imports that made customers, and the one the list is opened with. */
export async function importChoices(known: string): Promise<Choice[]> {
  const { items } = await unwrap(api.GET('/api/v1/imports', { params: { query: { limit: 200 } } }))
  if (known && !items.some((i) => i.id === known)) items.push(await unwrap(api.GET('/api/v1/imports/{id}', { params: { path: { id: known } } })))
  return items.filter((i) => i.counts.customers_created > 0).map((i) => ({ value: i.id, label: `${i.file_name} · ${dateTime(i.created_at)}`, plain: true }))
}

export async function fetchTags(): Promise<string[]> {
  return (await unwrap(api.GET('/api/v1/customer-tags'))).items.map((c) => c.tag)
}

/** Counts what was taken back from a toast; an open record reads itself anew. */
export const undone = ref(0)
