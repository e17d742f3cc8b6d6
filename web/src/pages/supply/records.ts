// What the pages ask the server about records of the supply side. All kinds are listed, read, added, changed and
// removed alike, so that the calls are written once and typed by the path.
import { api, etagOf, unwrap, unwrapWithTag } from '@/api/client'
import type { Page } from '@/api/types'
import type { components } from '@/api/schema'
import type { ListQuery } from '@/kit'
import type { Plural, Records } from './types'

type Body = components['schemas']['SupplyAccountInput']
const all = (kind: Plural) => `/api/v1/${kind}` as '/api/v1/accounts'
const one = (kind: Plural) => `/api/v1/${kind}/{id}` as '/api/v1/accounts/{id}'

export const fetchPage = async <K extends Plural>(kind: K, query: ListQuery, signal?: AbortSignal): Promise<Page<Records[K]>> =>
  (await unwrap(api.GET(all(kind), { params: { query }, signal }))) as unknown as Page<Records[K]>

export const fetchOne = async <K extends Plural>(kind: K, id: string): Promise<{ data: Records[K]; etag: string }> =>
  (await unwrapWithTag(api.GET(one(kind), { params: { path: { id } } }))) as unknown as { data: Records[K]; etag: string }

export const add = async <K extends Plural>(kind: K, body: object, org_id: string, key: string): Promise<Records[K]> =>
  (await unwrap(api.POST(all(kind), { params: { query: { org_id: org_id || undefined }, header: { 'Idempotency-Key': key } }, body: body as Body }))) as unknown as Records[K]

export const change = async <K extends Plural>(kind: K, id: string, etag: string, body: object): Promise<Records[K]> =>
  (await unwrap(api.PUT(one(kind), { params: { path: { id }, header: { 'If-Match': etag } }, body: body as Body }))) as unknown as Records[K]

export const drop = (kind: Plural, r: { id: string; version: number }): Promise<unknown> =>
  unwrap(api.DELETE(one(kind), { params: { path: { id: r.id }, header: { 'If-Match': etagOf(r) } } }))

/** More than ever hang on one record: the districts of a line, the accounts of a building. */
const MOST = 2000

/** All records that meet a query; for the few that hang on another record. */
export async function fetchAll<K extends Plural>(kind: K, query: ListQuery): Promise<Records[K][]> {
  const all: Records[K][] = []
  let cursor = ''
  do {
    const page = await fetchPage(kind, { ...query, limit: '200', ...(cursor && { cursor }) })
    all.push(...page.items)
    cursor = page.next_cursor ?? ''
  } while (cursor && all.length < MOST)
  return all
}
