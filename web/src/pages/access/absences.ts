import { api, unwrap } from '@/api/client'
import { atField, demand, invalid } from '@/api/problem'
import type { Absence, Colleague, RoleName } from '@/api/types'

export interface AbsenceValues {
  deputy_id: string
  role_ids: string[]
  days: string
}

export const fetchAbsences = async (): Promise<Absence[]> => (await unwrap(api.GET('/api/v1/absences', { params: { query: {} } }))).items
/** Roles of somebody, or of oneself, that a deputy can take over. */
export const fetchAbsenceRoles = async (user?: string): Promise<RoleName[]> =>
  (await unwrap(api.GET('/api/v1/absences/roles', { params: { query: { user_id: user } } }))).items
export const findColleagues = async (q: string, user?: string): Promise<Colleague[]> =>
  (await unwrap(api.GET('/api/v1/absences/colleagues', { params: { query: { q, user_id: user } } }))).items

/** Names a deputy; `days` is "2026-12-01..2026-12-05". */
export async function createAbsence(values: AbsenceValues, user: string | undefined, key: string): Promise<Absence> {
  demand(values, 'deputy_id', 'days')
  if (!values.role_ids.length) throw invalid([{ name: 'role_ids', code: 'required' }])
  const [from_day = '', until_day = ''] = values.days.split('..')
  const { deputy_id, role_ids } = values
  try {
    return await unwrap(
      api.POST('/api/v1/absences', { params: { header: { 'Idempotency-Key': key } }, body: { deputy_id, role_ids, from_day, until_day, ...(user && { user_id: user }) } }),
    )
  } catch (error) {
    throw atField(error, { 'access.separated': 'deputy_id', 'access.deputy_more': 'deputy_id' })
  }
}

export const endAbsence = (a: Absence): Promise<Absence> =>
  unwrap(api.POST('/api/v1/absences/{id}/end', { params: { path: { id: a.id }, header: { 'If-Match': `"${a.version}"` } } }))
