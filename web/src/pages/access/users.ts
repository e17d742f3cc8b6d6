import { api, unwrap, unwrapWithTag } from '@/api/client'
import { atField, demand, invalid } from '@/api/problem'
import type { Grant, Role, User, UserDetail, UserGrant, UserInput } from '@/api/types'
import { lang } from '@/i18n'
import { me } from '@/session/session'
import type { Period } from './period'

/** What an administrator sets of a user. */
export interface UserValues {
  login: string
  name: string
  home_org_id: string
  locale: UserInput['locale']
  active: boolean
  grants: Grant[]
}

export const valuesOf = (user: UserDetail): UserValues => ({
  login: user.login,
  name: user.name,
  home_org_id: user.home_org_id,
  locale: user.locale,
  active: user.active,
  grants: user.grants.map(plain),
})
const plain = ({ role_id, org_id, from, until }: UserGrant): Grant => ({ role_id, org_id, ...(from && { from }), ...(until && { until }) })

export const roleName = (role: { name_zh: string; name_en: string }): string => (lang.value === 'en' ? role.name_en : role.name_zh)
export const isMe = (user: Pick<User, 'id'>): boolean => user.id === me.value?.id

export const fetchRoles = async (): Promise<Role[]> => (await unwrap(api.GET('/api/v1/roles'))).items
export const fetchUser = (id: string) => unwrapWithTag(api.GET('/api/v1/users/{id}', { params: { path: { id } } }))

const begins = (p: Period) => (p.from ? Date.parse(p.from) : 0)
const ends = (p: Period) => (p.until ? Date.parse(p.until) : Infinity)
const meet = (a: Period, b: Period) => Math.max(begins(a), begins(b)) < Math.min(ends(a), ends(b))

/** Refuses what the server would, with the row it concerns. */
export function checkGrants(grants: readonly Grant[]): void {
  const bad = grants.flatMap((g, i) => {
    const twice = g.role_id && grants.slice(0, i).some((x) => x.role_id === g.role_id && x.org_id === g.org_id && meet(x, g))
    return [
      ...(g.role_id ? [] : [{ name: `grants[${i}].role_id`, code: 'required' }]),
      ...(g.org_id ? [] : [{ name: `grants[${i}].org_id`, code: 'required' }]),
      ...(begins(g) < ends(g) ? [] : [{ name: `grants[${i}].until`, code: 'access.until_before_from' }]),
      ...(twice ? [{ name: `grants[${i}].role_id`, code: 'access.grant_twice' }] : []),
    ]
  })
  if (bad.length) throw invalid(bad)
}

const fieldOf = { 'access.login_taken': 'login', 'access.org_unknown': 'home_org_id' }
const ready = (values: UserValues): UserValues => ({ ...values, login: values.login.trim(), name: values.name.trim() })

export async function createUser(values: UserValues & { password: string }, key: string): Promise<UserDetail> {
  demand(values, 'login', 'name', 'home_org_id', 'password')
  checkGrants(values.grants)
  try {
    return await unwrap(api.POST('/api/v1/users', { params: { header: { 'Idempotency-Key': key } }, body: { ...values, ...ready(values) } }))
  } catch (error) {
    throw atField(error, fieldOf)
  }
}

export async function saveUser(id: string, values: UserValues, etag: string, reset?: Pick<UserInput, 'password' | 'keep_keys'>): Promise<UserDetail> {
  demand(values, 'login', 'name', 'home_org_id')
  checkGrants(values.grants)
  const body = { ...ready(values), ...reset }
  try {
    return await unwrap(api.PUT('/api/v1/users/{id}', { params: { path: { id }, header: { 'If-Match': etag } }, body }))
  } catch (error) {
    throw atField(error, fieldOf)
  }
}

/** Stops a user, which ends his sessions at once, or lets him in again. */
export async function setActive(id: string, active: boolean): Promise<UserDetail> {
  const { data, etag } = await fetchUser(id)
  return saveUser(id, { ...valuesOf(data), active }, etag)
}
