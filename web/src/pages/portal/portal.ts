// What the staff's pages ask the server about the customers' portal.
import { api, etagOf, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import { companies, currentOrg } from '@/session/session'

type S = components['schemas']
export type Setting = S['PortalSetting']
export type Standings = S['PortalStandings']
export type Standing = S['PortalStanding']

/** The company whose portal is shown where none is chosen. */
export const companyId = (): string => (currentOrg.value ?? companies.value[0])?.id ?? ''

export const fetchSetting = (): Promise<Setting> => unwrap(api.GET('/api/v1/portal-settings', { params: { query: { org_id: companyId() } } }))
export const saveSetting = (of: Setting, body: S['PortalSettingInput']): Promise<Setting> =>
  unwrap(api.PUT('/api/v1/portal-settings', { params: { query: { org_id: of.org_id }, header: { 'If-Match': etagOf(of) } }, body }))

export const fetchAccess = (customer: string): Promise<Standings> => unwrap(api.GET('/api/v1/customers/{id}/portal-access', { params: { path: { id: customer } } }))
export const resetAccess = (customer: string, account: string): Promise<unknown> =>
  unwrap(api.POST('/api/v1/customers/{id}/portal-access/{account_id}/reset', { params: { path: { id: customer, account_id: account } } }))
