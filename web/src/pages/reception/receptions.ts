// What the pages ask the server about visitors.
import { api, unwrap, unwrapWithTag } from '@/api/client'
import type { Page } from '@/api/types'
import { t } from '@/i18n'
import type { Choice, ListQuery } from '@/kit'
import { orgName } from '@/pages/org/names'
import { companies, currentOrg } from '@/session/session'
import type { LinkInput, LogInput, Receiver, Reception, ReceptionDetail, ReceptionInput } from './types'

const path = (id: string) => ({ path: { id } })
const stamped = (r: Pick<Reception, 'id' | 'version'>) => ({ ...path(r.id), header: { 'If-Match': `"${r.version}"` } })

export const fetchReception = (id: string) => unwrapWithTag(api.GET('/api/v1/receptions/{id}', { params: path(id) }))

export const saveReception = (r: Pick<Reception, 'id' | 'version'>, body: ReceptionInput): Promise<ReceptionDetail> =>
  unwrap(api.PUT('/api/v1/receptions/{id}', { params: stamped(r), body }))

export const linkReception = (r: Pick<Reception, 'id' | 'version'>, body: LinkInput): Promise<ReceptionDetail> =>
  unwrap(api.POST('/api/v1/receptions/{id}/link', { params: stamped(r), body }))

export const unlinkReception = (r: Pick<Reception, 'id' | 'version'>): Promise<ReceptionDetail> =>
  unwrap(api.POST('/api/v1/receptions/{id}/unlink', { params: stamped(r) }))

export const logReception = (id: string, body: LogInput, key: string) =>
  unwrap(api.POST('/api/v1/receptions/{id}/log', { params: { ...path(id), header: { 'Idempotency-Key': key } }, body }))

/** How many answers without a hit are passed over, so that a search goes through years of visits by itself. */
const PATIENCE = 20

/** A page of the register. A search looks at a few thousand visits at a time; what it finds nothing in is passed over. */
export async function fetchReceptions(query: ListQuery, signal: AbortSignal): Promise<Page<Reception>> {
  let cursor: string | undefined = query.cursor
  for (let i = 0; ; i++) {
    const page: Page<Reception> = await unwrap(api.GET('/api/v1/receptions', { params: { query: { ...query, cursor } as object }, signal }))
    if (page.items.length || !page.next_cursor || i === PATIENCE) return page
    cursor = page.next_cursor
  }
}

/** Who received visitors, in the chosen company or in all. */
export const fetchReceivers = async (): Promise<Receiver[]> =>
  (await unwrap(api.GET('/api/v1/receptions/receivers', { params: { query: { org_id: currentOrg.value?.id } } }))).items

/** The person's name; with the company, where the reader works for more than one. */
export const nameAt = (r: Receiver): string => (several() ? r.name + t('reception_ui.in_brackets', { text: orgName(r.org_id) }) : r.name)

export async function receiverChoices(): Promise<Choice[]> {
  const found = new Map((await fetchReceivers()).map((r) => [r.id, nameAt(r)]))
  return [...found].map(([value, label]) => ({ value, label, plain: true }))
}

/** Whether the person works for more than one company, so that a visit must say for which. */
export const several = (): boolean => companies.value.length > 1
