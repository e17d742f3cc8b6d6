import type { components, paths } from './schema'

type Schemas = components['schemas']

export type Org = Schemas['Org']
export type OrgLevel = Org['level']
export type Me = Schemas['AccessMe']
export type MyOrg = Schemas['AccessMyOrg']
export type MyGrant = Schemas['AccessMyGrant']
export type UserItem = Schemas['AccessUserItem']
export type User = Omit<UserItem, 'roles'>
export type UserDetail = Schemas['AccessUserDetail']
export type UserInput = Schemas['AccessUserInput']
export type Role = Schemas['AccessRole']
export type Session = Schemas['AccessSession']
export type FactorState = Schemas['AccessFactorState']
export type LoginState = Schemas['AccessLoginState']
export type AccessPolicy = Schemas['AccessPolicy']
export type ApiKey = Schemas['AccessAPIKey']
export type ApiKeyInput = Schemas['AccessAPIKeyInput']
export type Provider = Schemas['AccessProvider']
export type ProviderInput = Schemas['AccessProviderInput']
export type ProviderReport = Schemas['OidcReport']
export type AccountLink = Schemas['AccessLink']
export type Grant = Schemas['AccessGrant']
export type UserGrant = Schemas['AccessUserGrant']
export type RoleInput = Schemas['AccessRoleInput']
export type RoleName = Schemas['AccessRoleName']
export type Holder = Schemas['AccessHolder']
export type PermissionModule = Schemas['AccessPermissionModule']
export type Absence = Schemas['AccessAbsence']
export type Colleague = Schemas['AccessColleague']
export type MatrixPage = Schemas['AccessMatrixPage']
export type MatrixRow = Schemas['AccessMatrixRow']
export type Reason = Schemas['AccessReason']
export type Explanation = Schemas['AccessExplanation']
export type Opened = Schemas['AccessOpened']
export type View = Schemas['View']
export type ViewLook = Pick<View, 'name' | 'q' | 'filters' | 'sort' | 'columns' | 'density'>
export type Task = Schemas['Task']
export type TaskState = Task['state']
export type TaskCounts = Schemas['TaskCounts']
export type TaskMember = Schemas['TaskMember']
export type Job = Schemas['AppJobView']

/** RFC 9457 problem document with our stable code. */
export type ProblemBody = Omit<Schemas['Problem'], 'fields'> & { fields?: ProblemField[] | null }
export type ProblemField = Omit<Schemas['ProblemField'], 'message'> & { message?: string }

export type SearchItem = Schemas['AppHit']

/** One page of any list. */
export interface Page<T> {
  items: T[]
  next_cursor?: string | null
}

export type { paths }
