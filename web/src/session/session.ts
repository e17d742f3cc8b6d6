import { computed, ref } from 'vue'
import { api, onAnswered, onDue, onSignedOut, unwrap } from '@/api/client'
import { Problem } from '@/api/problem'
import type { Me, MyOrg } from '@/api/types'
import { noteWhole } from './whole'
import { hasChosenLang, setLang } from '@/i18n'

const ORG = 'zhiyin.org'

/** Who is signed in; null before login. */
export const me = ref<Me | null>(null)
/** True while the login dialog asks again because the session ended under an open page. */
export const expired = ref(false)

let renewed: { promise: Promise<void>; resolve: () => void; reject: (reason: unknown) => void } | null = null

onSignedOut(() => {
  if (!me.value) return Promise.reject(new Problem({ status: 401, code: 'unauthenticated' }))
  expired.value = true
  renewed ??= deferred()
  return renewed.promise
})

// What is due became so under an open page; the shell leads to it once it is known.
onDue(() => void loadMe())
onAnswered(noteWhole)

// The windows of a browser share the session: signing in again in one wakes the others.
const windows = new BroadcastChannel('zhiyin.session')
windows.onmessage = () => void (expired.value && resume())

/** Tells the other windows that somebody has signed in. */
export const announce = (): void => windows.postMessage('in')

async function resume(): Promise<void> {
  const person = await unwrap(api.GET('/api/v1/me'))
  if (person.id !== me.value?.id) return // another's session: this page is not for him
  await welcome(person)
  wake()
}

function wake(): void {
  expired.value = false
  renewed?.resolve()
  renewed = null
}

function deferred() {
  let resolve!: () => void
  let reject!: (reason: unknown) => void
  const promise = new Promise<void>((yes, no) => ([resolve, reject] = [yes, no]))
  return { promise, resolve, reject }
}

/** Asks the server who is signed in; false when nobody is. */
export async function loadMe(): Promise<boolean> {
  try {
    await welcome(await unwrap(api.GET('/api/v1/me')))
    return true
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return false
    throw error
  }
}

/** What somebody types to sign in; the code is of the second factor. */
export interface Attempt {
  login: string
  password: string
  code: string
}

/** Signs in and loads the person; throws the server's Problem, "access.code_required" where a code is still missing. */
export async function login({ code, ...attempt }: Attempt): Promise<void> {
  await welcome(await unwrap(api.POST('/api/v1/sessions', { body: { ...attempt, login: attempt.login.trim(), ...(code && { code }) } })))
  announce()
}

/** Sends the browser to a provider to sign in, and from there to a page of ours. */
export async function loginBy(provider: string, next: string): Promise<void> {
  const { url } = await unwrap(api.POST('/api/v1/sso/{id}/begin', { params: { path: { id: provider } }, body: { next } }))
  location.assign(url)
}

/** The code of the second factor, after the provider has said who it is. */
export async function confirmLogin(code: string): Promise<void> {
  await welcome(await unwrap(api.POST('/api/v1/sso/code', { body: { code } })))
}

// The language of the user's record is his until he chooses one on this machine.
async function welcome(person: Me): Promise<void> {
  if (!hasChosenLang()) await setLang(person.locale, false)
  me.value = person
  follow(person.changes_at)
}

// A grant that begins or ends changes what the screens offer: the server is asked again then.
const MINUTE = 60_000
const LONGEST = 2 ** 31 - 1 // of a timer
let turn: ReturnType<typeof setTimeout> | undefined
function follow(at: string | undefined): void {
  clearTimeout(turn)
  if (!at) return
  turn = setTimeout(() => void (me.value && loadMe().catch(() => undefined)), Math.min(Math.max(Date.parse(at) - Date.now(), MINUTE), LONGEST))
}

/** Signs in again after the session ended: waiting requests go on, or the page starts anew for another person. */
export async function renew(attempt: Attempt): Promise<void> {
  const before = me.value?.id
  await login(attempt)
  if (me.value?.id !== before) return location.assign('/')
  wake()
}

/** Gives up the ended session: waiting requests fail and the login page opens. */
export function abandon(): void {
  renewed?.reject(new Problem({ status: 401, code: 'unauthenticated' }))
  renewed = null
  expired.value = false
  me.value = null
}

/** Signs out; who came by a provider goes on to sign out there. */
export async function logout(): Promise<void> {
  const ended = await unwrap(api.DELETE('/api/v1/sessions/current')).catch((error: unknown) => {
    if (!(error instanceof Problem && error.status === 401)) throw error
  })
  me.value = null
  if (ended?.elsewhere) location.assign(ended.elsewhere)
}

/** Whether a role's patterns cover a permission: "customer.update", "customer.*", "*.get", "*". */
export function covers(patterns: readonly string[], permission: string): boolean {
  const dot = permission.indexOf('.')
  const [module, verb] = [permission.slice(0, dot), permission.slice(dot + 1)]
  return patterns.some((p) => p === '*' || p === permission || p === `${module}.*` || p === `*.${verb}`)
}

/** Whether the signed-in person has the permission somewhere, named like the operation: "customer.create". */
export const may = (permission: string): boolean => covers(me.value?.permissions ?? [], permission)

/** The county companies the person may work for: every record belongs to one. */
export const companies = computed<MyOrg[]>(() => me.value?.orgs.filter((o) => o.level === 'county') ?? [])

const chosen = ref(localStorage.getItem(ORG))

/** The company the lists are narrowed to, or null for all the person may see. */
export const currentOrg = computed<MyOrg | null>(() => companies.value.find((o) => o.id === chosen.value) ?? only())

const only = () => (companies.value.length === 1 ? (companies.value[0] ?? null) : null)

/** Narrows lists to one company, or with null to none; remembered on this machine. */
export function chooseOrg(id: string | null): void {
  chosen.value = id
  if (id) localStorage.setItem(ORG, id)
  else localStorage.removeItem(ORG)
}
