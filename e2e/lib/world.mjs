// A small company made through the API: what a journey starts from. Everything in it is made up.
import { execFile } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { takeMade } from './made.mjs'
import { startServer } from './server.mjs'

const run = promisify(execFile)
export const admin = { login: 'admin', password: 'admin-of-the-province' }
export const security = { login: 'security', password: 'keeper-of-the-province' }
export const auditor = { login: 'auditor', password: 'auditor-of-the-province' }
const FIRST_PASSWORD = 'given-by-init-1'
export const PASSWORD = 'a-good-password'

const ORGS = [
  { code: '3301', name: '云州供电公司', level: 'city', under: '33' },
  { code: '3302', name: '江州供电公司', level: 'city', under: '33' },
  { code: '1001', name: '清河县供电公司', level: 'county', under: '3301', short_name: '清河公司' },
  { code: '1002', name: '临江县供电公司', level: 'county', under: '3301', short_name: '临江公司' },
  { code: '1003', name: '平湖县供电公司', level: 'county', under: '3302', short_name: '平湖公司' },
  { code: '100101', name: '城关供电所', level: 'unit', under: '1001' },
  { code: '100102', name: '客户服务中心', level: 'unit', under: '1001' },
]
const USERS = [
  { login: 'wangfang', name: '王芳', role: 'clerk', at: '1001', home: '100101' },
  { login: 'zhaolei', name: '赵磊', role: 'head', at: '1001', home: '1001' },
  { login: 'hejing', name: '何静', role: 'maintainer', at: '1001', home: '100102' },
  { login: 'sunli', name: '孙丽', role: 'account_manager', at: '33', home: '33' },
  { login: 'chenyu', name: '陈宇', role: 'admin', at: '1002', home: '1002' },
]

/** An API session: call(method, path, body, headers) gives {status, etag, body}; a refusal throws. call.cookie carries it. */
export async function signIn(url, { login, password }) {
  const answer = await fetch(`${url}/api/v1/sessions`, json('POST', { login, password }))
  if (!answer.ok) throw new Error(`login of ${login}: ${answer.status} ${await answer.text()}`)
  return session(url, answer.headers.get('set-cookie').split(';')[0])
}
function session(url, cookie) {
  const call = async (method, to, body, headers = {}) => {
    const reply = await fetch(`${url}/api/v1${to}`, json(method, body, { Cookie: cookie, ...headers }))
    const text = await reply.text()
    if (!reply.ok) throw new Error(`${method} ${to}: ${reply.status} ${text}`)
    return { status: reply.status, etag: reply.headers.get('etag'), body: text ? JSON.parse(text) : null }
  }
  return Object.assign(call, { cookie })
}
const json = (method, body, headers = {}) => ({
  method,
  headers: { 'Content-Type': 'application/json', ...headers },
  body: body === undefined ? undefined : JSON.stringify(body),
})

/**
 * Makes province 33 with two cities, three county companies and two stations, and users for the common roles
 * (password PASSWORD), then serves it. Returns {url, data (its directory), stop(), call (as the system administrator), keeper (as that of security), orgs by code, roles by code,
 * users by login}. `args` are the server's; `now` (RFC 3339) stops its clock there; restart(now) goes on at another time and address: sign in again; crash() kills it and starts it again.
 */
export async function startWorld({ now, args = [] } = {}) {
  const data = await mkdtemp(path.join(tmpdir(), 'zhiyin-e2e-'))
  const known = (!now && (await takeMade('world', data))) || (await makeWorld(data, now))
  const serve = (at) => startServer({ command: 'serve', data, args: [...args, ...clockAt(at)] })
  let server = await serve(now)
  const stop = async () => {
    await server.stop()
    await rm(data, { recursive: true, force: true })
  }
  const { orgs, roles, users, cookies } = known
  const world = { url: server.url, data, stop, call: session(server.url, cookies.call), keeper: session(server.url, cookies.keeper), orgs, roles, users }
  world.crash = () => world.restart(now, 'SIGKILL')
  world.restart = async (then, signal) => {
    await server.stop(signal)
    server = await serve(then)
    world.url = server.url
  }
  return world
}

/** Makes the world in a directory and leaves it. Returns what startWorld tells of it, and the cookies of its two sessions. */
export async function makeWorld(data, now) {
  const init = ['init', '--data', data, '--org-code', '33', '--org-name', '云江省电力公司', '--level', 'province', '--login', admin.login, ...clockAt(now)]
  await run(path.resolve(process.env.ZHIYIN_BIN ?? ''), init, { env: { ...process.env, ZHIYIN_ADMIN_PASSWORD: FIRST_PASSWORD } })
  const server = await startServer({ command: 'serve', data, args: clockAt(now) })
  try {
    const keeper = await takeOffice(server.url, security)
    await withoutSecondFactor(keeper, now)
    const call = await takeOffice(server.url, admin)
    await takeOffice(server.url, auditor)
    const root = (await call('GET', '/orgs')).body.items[0]
    const world = { call, keeper, orgs: { 33: root }, roles: {}, users: {}, cookies: { call: call.cookie, keeper: keeper.cookie } }
    for (const role of (await call('GET', '/roles')).body.items) world.roles[role.code] = role
    await fill(world)
    return world
  } finally {
    await server.stop()
  }
}

const clockAt = (now) => (now ? ['--now', now] : [])

/** The first sign-in of an administrator whom init made: he chooses a password of his own. */
async function takeOffice(url, { login, password }) {
  const call = await signIn(url, { login, password: FIRST_PASSWORD })
  await call('PUT', '/me/password', { old_password: FIRST_PASSWORD, new_password: password })
  return call
}

/** Journeys are of people without a telephone, but for those of the second factor. */
async function withoutSecondFactor(keeper, now) {
  const { secret } = (await keeper('POST', '/me/factor')).body
  const codes = (await keeper('POST', '/me/factor/confirm', { code: totp(secret, now && Date.parse(now)) })).body.codes
  const policy = await keeper('GET', '/access-policy')
  await keeper('PUT', '/access-policy', { ...policy.body, admin_factor: false }, { 'If-Match': policy.etag })
  await keeper('POST', '/me/factor/end', { code: codes[0] })
}

/** The six digits an authenticator shows for a secret (RFC 6238). */
export function totp(secret, at = Date.now()) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const mac = createHmac('sha1', key).update(step).digest()
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** Makes a user who holds a role at an organisation, and may keep the password PASSWORD. */
export async function addUser({ keeper, orgs, roles }, { role, at, home = at, ...user }) {
  const grants = [{ role_id: roles[role].id, org_id: orgs[at].id }]
  return (await keeper('POST', '/users', { password: PASSWORD, keep_password: true, locale: 'zh', active: true, home_org_id: orgs[home].id, grants, ...user })).body
}

async function fill(world) {
  const { call, orgs, users } = world
  for (const { under, ...org } of ORGS) orgs[org.code] = (await call('POST', '/orgs', { ...org, parent_id: orgs[under].id })).body
  for (const user of USERS) users[user.login] = await addUser(world, user)
}

const DAY_MS = 86_400_000
/** Gives a person tasks due from today to far away, and one that is done. */
export async function giveTasks({ url, orgs }, person) {
  const call = await signIn(url, person)
  const give = async (title, days) =>
    (await call('POST', '/tasks', { title, org_id: orgs[1001].id, ...(days && { due_at: new Date(Date.now() + days * DAY_MS).toISOString() }) })).body
  await give('核对 11 月新装客户的联系电话')
  await give('回访人民东路 18 号停电投诉', 0.02)
  await give('给清河纺织有限公司送用能分析报告', 2.2)
  await give('整理四季度客户座谈会名单', 30)
  const done = await give('更正张建国的通信地址', 1)
  await call('PUT', `/tasks/${done.id}/state`, { state: 'done' }, { 'If-Match': `"${done.version}"` })
}

/** A customer in the archive, a look-up of him that waits, one opened in an emergency, and a change of him that is proposed: their ids in world.asked. */
export async function askForMuch(world) {
  const as = (login) => signIn(world.url, { login, password: PASSWORD })
  const [keeper, clerk, head] = await Promise.all(['hejing', 'wangfang', 'zhaolei'].map(as))
  const known = async (name, value) => (await keeper('POST', '/customers', { kind: 'person', name, contacts: [{ kind: 'phone', value, primary: true }] })).body
  const [customer, other] = [await known('欧阳文静', '15400007788'), await known('李秀英', '15400006677')]
  const ask = { customer_ids: [customer.id], purpose: 'contact', reason: '客户来电要求回访，需核对电话号码和通信地址，并确认过户材料是否齐全', uses: ['view'], minutes: 30 }
  const lookup = (await clerk('POST', '/lookups', ask)).body
  const emergency = (await clerk('POST', '/lookups/emergency', { customer_ids: [other.id], reason: '线路落地，须立即通知住户远离' })).body
  const seen = (await clerk('GET', `/customers/${customer.id}`)).body
  const change = { person: { ...seen.person, occupation: '中学教师', employer: '清河县第一中学' } }
  const proposal = (await clerk('POST', '/proposals', { customer_id: customer.id, customer_version: seen.version, change, reason: '本人来柜台更正' })).body
  await head('POST', `/proposals/${proposal.id}/endorse`, undefined, { 'If-Match': `"${proposal.version}"` })
  const request = (await keeper('POST', '/privacy-requests', { customer_id: customer.id, kind: 'delete', channel: 'counter', text: '已搬走' })).body
  world.asked = { customer: customer.id, lookup: lookup.id, emergency: emergency.id, proposal: proposal.id, request: request.id }
}

/** The grants of a user that was read, as they are written. */
export const grantsOf = (user) => user.grants.map(({ role_id, org_id, from, until }) => ({ role_id, org_id, from, until }))
