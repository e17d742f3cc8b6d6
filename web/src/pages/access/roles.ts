import { api, unwrap } from '@/api/client'
import { atField, demand, invalid } from '@/api/problem'
import type { Holder, PermissionModule, Role, RoleInput } from '@/api/types'
import { covers } from '@/session/session'

export interface RoleValues {
  name_zh: string
  name_en: string
  org_id: string
  permissions: string[]
}

export const roleValues = (r: Role): RoleValues => ({ name_zh: r.name_zh, name_en: r.name_en, org_id: r.org_id ?? '', permissions: r.permissions ?? [] })

export const fetchPermissions = async (): Promise<PermissionModule[]> => (await unwrap(api.GET('/api/v1/permissions'))).items
export const fetchHolders = async (id: string): Promise<Holder[]> =>
  (await unwrap(api.GET('/api/v1/roles/{id}/holders', { params: { path: { id } } }))).items

/** A role's patterns as a role of the company's own may list them: whole modules, and single permissions. */
export function expand(patterns: readonly string[], modules: readonly PermissionModule[]): string[] {
  return modules.flatMap(({ module, permissions }) => {
    if (patterns.includes('*') || patterns.includes(`${module}.*`)) return [`${module}.*`]
    return permissions.filter((p) => covers(patterns, p))
  })
}

/** What one set of patterns gives and the other does not, as single permissions. */
export function difference(before: readonly string[], after: readonly string[], modules: readonly PermissionModule[]) {
  const all = modules.flatMap((m) => m.permissions)
  return {
    more: all.filter((p) => covers(after, p) && !covers(before, p)),
    less: all.filter((p) => covers(before, p) && !covers(after, p)),
  }
}

function ready(values: RoleValues): RoleValues {
  demand(values, 'name_zh', 'name_en', 'org_id')
  if (!values.permissions.length) throw invalid([{ name: 'permissions', code: 'required' }])
  return { ...values, name_zh: values.name_zh.trim(), name_en: values.name_en.trim() }
}

const fieldOf = { 'access.role_taken': 'name_zh', 'access.role_mixed': 'permissions', 'access.org_unknown': 'org_id' }

export async function createRole(values: RoleValues, key: string): Promise<Role> {
  try {
    return await unwrap(api.POST('/api/v1/roles', { params: { header: { 'Idempotency-Key': key } }, body: ready(values) }))
  } catch (error) {
    throw atField(error, fieldOf)
  }
}

export async function saveRole(role: Role, values: RoleValues, retired = !!role.retired_at): Promise<Role> {
  const body: RoleInput = { ...ready(values), retired }
  try {
    return await unwrap(api.PUT('/api/v1/roles/{id}', { params: { path: { id: role.id }, header: { 'If-Match': `"${role.version}"` } }, body }))
  } catch (error) {
    throw atField(error, fieldOf)
  }
}
