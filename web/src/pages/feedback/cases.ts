// What the pages ask the server about cases.
import { reactive } from 'vue'
import { api, etagOf, unwrap, unwrapWithTag } from '@/api/client'
import type { Choice } from '@/kit'
import { companies, currentOrg, me } from '@/session/session'
import { factsOf, intakeOf } from './intake/values'
import type { Case, CaseDetail, CaseSheet, Category, Colleague, Slip, Told } from './types'

/** The company new cases and settings are of, where none is chosen. */
export const ownOrg = (): string => (currentOrg.value ?? companies.value[0])?.id ?? ''

const at = (id: string) => ({ path: { id } })
export const stamped = (c: Pick<Case, 'id' | 'version'>) => ({ ...at(c.id), header: { 'If-Match': etagOf(c) } })

export const fetchCase = (id: string): Promise<CaseDetail> => unwrap(api.GET('/api/v1/cases/{id}', { params: at(id) }))
/** A case for paper: masked, but by a release. */
export const fetchCaseSheet = (id: string, sheet: 'work_order' | 'thanks_letter', release_id?: string): Promise<CaseSheet> =>
  unwrap(api.GET('/api/v1/cases/{id}/sheet', { params: { ...at(id), query: { sheet, release_id } } }))
export const fetchCaseWithTag = (id: string) => unwrapWithTag(api.GET('/api/v1/cases/{id}', { params: at(id) }))

/** What the customer of a case was told by message. */
export const fetchTold = (id: string): Promise<Told> => unwrap(api.GET('/api/v1/cases/{id}/notices', { params: at(id) }))
/** Whether he is told nothing more; what the case says stays as it is. */
export const setQuiet = (c: CaseDetail, quiet: boolean): Promise<CaseDetail> => unwrap(api.PUT('/api/v1/cases/{id}', { params: stamped(c), body: factsOf({ ...intakeOf(c), quiet }, c) }))
/** The code by which a customer follows a case; that it was seen is put down. */
export const fetchSlip = (id: string): Promise<Slip> => unwrap(api.GET('/api/v1/cases/{id}/lookup-code', { params: at(id) }))

export const watchCase = (id: string, watching: boolean): Promise<CaseDetail> => unwrap(api.PUT('/api/v1/cases/{id}/watch', { params: at(id), body: { watching } }))
export const linkCase = (c: Case, other_id: string): Promise<CaseDetail> => unwrap(api.POST('/api/v1/cases/{id}/links', { params: stamped(c), body: { other_id } }))
export const unlinkCase = (c: Case, other: string): Promise<CaseDetail> =>
  unwrap(api.DELETE('/api/v1/cases/{id}/links/{other}', { params: { ...stamped(c), path: { id: c.id, other } } }))

/** The article that is written of a solved case. */
export const draftArticle = async (id: string): Promise<string> => (await unwrap(api.POST('/api/v1/cases/{id}/article', { params: at(id) }))).article_id

/** Cases to choose one from: by number, caller or words. */
export const findCases = async (q: string, org_id: string, open?: boolean): Promise<Case[]> =>
  (await unwrap(api.GET('/api/v1/cases', { params: { query: { q, org_id, open, limit: 8 } } }))).items

export const fetchCategories = async (org_id: string): Promise<Category[]> => (await unwrap(api.GET('/api/v1/case-categories', { params: { query: { org_id } } }))).items
export const fetchContactMap = () => unwrap(api.GET('/api/v1/contact-points'))
export const fetchPeople = async (org_id: string): Promise<Colleague[]> => (await unwrap(api.GET('/api/v1/cases/people', { params: { query: { org_id } } }))).items

/** The company itself and its units. */
export const unitsOf = (org: string): Choice[] =>
  (me.value?.orgs ?? []).filter((o) => o.id === org || (o.level === 'unit' && o.parent_id === org)).map((o) => ({ value: o.id, label: o.name, plain: true }))

const grids = reactive(new Map<string, string>())
/** Whose names of severity a company uses; asked the first time. */
export function gridOf(org: string): string {
  const known = grids.get(org)
  if (known !== undefined || !org) return known || 'SGCC'
  grids.set(org, '')
  void unwrap(api.GET('/api/v1/case-settings', { params: { query: { org_id: org } } }))
    .then((k) => grids.set(org, k.value.grid))
    .catch(() => grids.delete(org))
  return 'SGCC'
}
/** Forgets it after it was changed. */
export const learnGrid = (org: string, grid: string): void => void grids.set(org, grid)
