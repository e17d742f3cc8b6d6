import { api, unwrap, unwrapWithTag } from '@/api/client'
import type { Provider, ProviderInput } from '@/api/types'

export type ProviderValues = Omit<ProviderInput, 'client_secret'> & { client_secret: string }

/** What a new provider begins with: the address is the one that the administrator uses himself. */
export const fresh = (org: string): ProviderValues => ({
  org_id: org,
  name: '',
  issuer: '',
  client_id: '',
  client_secret: '',
  base_url: location.origin,
  scopes: 'profile',
  link_claim: 'preferred_username',
  create_users: false,
  trusted_factors: '',
  enabled: true,
})

export const labels: Record<keyof ProviderValues, string> = {
  org_id: 'sso.org',
  name: 'sso.name',
  issuer: 'sso.issuer',
  client_id: 'sso.client_id',
  client_secret: 'sso.client_secret',
  base_url: 'sso.base_url',
  scopes: 'sso.scopes',
  link_claim: 'sso.link_claim',
  create_users: 'sso.create_users',
  trusted_factors: 'sso.trusted_factors',
  enabled: 'sso.enabled',
}

/** A provider as the form has it; its secret is shown to nobody. */
export function valuesOf(p: Provider): ProviderValues {
  const values = fresh(p.org_id)
  for (const name of Object.keys(values) as (keyof ProviderValues)[]) {
    if (name !== 'client_secret') Object.assign(values, { [name]: p[name] })
  }
  return values
}

/** The secret goes along only where one was typed. */
const bodyOf = ({ client_secret, ...values }: ProviderValues): ProviderInput => ({ ...values, ...(client_secret && { client_secret }) })

export const fetchProvider = (id: string) => unwrapWithTag(api.GET('/api/v1/sso-providers/{id}', { params: { path: { id } } }))

export function saveProvider(id: string | undefined, values: ProviderValues, { etag, key }: { etag: string; key: string }): Promise<Provider> {
  const body = bodyOf(values)
  if (!id) return unwrap(api.POST('/api/v1/sso-providers', { params: { header: { 'Idempotency-Key': key } }, body }))
  return unwrap(api.PUT('/api/v1/sso-providers/{id}', { params: { path: { id }, header: { 'If-Match': etag } }, body }))
}
