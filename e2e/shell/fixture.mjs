// FIXTURE of the shell's tests only: serves the built gallery of the kit and answers as much of the API as the
// shell itself needs, from memory. Journeys through the product run against the real binary instead.
import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const DIST = fileURLToPath(new URL('../../web/dist-gallery/', import.meta.url))
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }
// As the real server's: nothing inline, nothing from elsewhere.
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"

const orgs = [
  { id: 'o1', code: '1001', name: '清河县供电公司', level: 'county' },
  { id: 'o2', code: '1002', name: '临江县供电公司', level: 'county' },
]
const me = { id: 'u1', login: 'limin', name: '李敏', locale: 'zh', permissions: [], grants: [], due: '', orgs, home_org_id: 'o1' }

const surnames = '赵钱孙李周吴郑王冯陈褚卫'
const given = ['建国', '秀英', '志强', '海燕', '德明', '玉兰', '雨桐']
const streets = ['人民东路', '滨河大道', '光明巷', '解放西街', '工业园一路']
const states = ['active', 'active', 'active', 'paused', 'closed']

function makePeople(n) {
  return Array.from({ length: n }, (_, i) => ({
    id: `p${i}`,
    name: i % 7 === 3 ? `清河县${given[i % 7]}纺织有限公司` : surnames[i % surnames.length] + given[(i * 5) % given.length],
    account: String(3_700_100_200 + i * 37),
    kind: i % 7 === 3 ? '企业' : '居民',
    state: states[i % states.length],
    address: `清河县${streets[i % streets.length]}${(i * 13) % 200 + 1}号`,
    phone: `138****${String(1000 + ((i * 77) % 9000))}`,
    owed: i % 4 === 0 ? (i * 9173) % 500_000 : 0,
    created_at: new Date(Date.UTC(2026, 9, 30) - i * 5_400_000).toISOString(),
  }))
}

export async function startFixture() {
  if (!existsSync(path.join(DIST, 'index.html'))) throw new Error('build the gallery first: npm --prefix web run gallery:build')
  const state = { signedIn: false, people: makePeople(140), version: 1, fail: null, jobAsked: 0, requests: [] }
  const server = createServer((req, res) => answer(req, res, state))
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    state,
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  }
}

async function answer(req, res, state) {
  const url = new URL(req.url, 'http://x')
  if (!url.pathname.startsWith('/api/')) return file(url.pathname, res)
  state.requests.push(`${req.method} ${url.pathname}${url.search}`)
  const body = await read(req)
  const route = routes.find(([method, pattern]) => method === req.method && pattern.test(url.pathname))
  if (state.fail?.test(url.pathname)) return problem(res, 500, 'internal')
  if (!route) return problem(res, 404, 'not_found')
  if (!state.signedIn && route[3] !== 'public') return problem(res, 401, 'unauthenticated')
  route[2]({ req, res, url, body, state, id: url.pathname.split('/').at(-1) })
}

async function read(req) {
  let text = ''
  for await (const chunk of req) text += chunk
  return text ? JSON.parse(text) : null
}

function send(res, status, body, headers = {}) {
  res.writeHead(status, { 'Content-Type': 'application/json', ...headers })
  res.end(body === undefined ? undefined : JSON.stringify(body))
}
const problem = (res, status, code, more = {}) => send(res, status, { status, code, title: code, ...more })

function file(pathname, res) {
  const asked = path.join(DIST, path.normalize(pathname))
  const found = path.extname(asked) && existsSync(asked) ? asked : path.join(DIST, 'index.html')
  res.writeHead(200, { 'Content-Type': TYPES[path.extname(found)] ?? 'application/octet-stream', 'Content-Security-Policy': POLICY })
  createReadStream(found).pipe(res)
}

const routes = [
  ['POST', /^\/api\/v1\/sessions$/, ({ res, body, state }) => {
    if (body.login !== me.login || body.password !== 'secret') return problem(res, 401, 'unauthenticated', { detail: '用户名或密码不正确。' })
    state.signedIn = true
    send(res, 201, me)
  }, 'public'],
  ['DELETE', /sessions\/current$/, ({ res, state }) => {
    state.signedIn = false
    res.writeHead(204).end()
  }],
  ['GET', /\/me$/, ({ res }) => send(res, 200, me)],
  ['GET', /\/search$/, ({ res, url, state }) => {
    const q = url.searchParams.get('q')
    const items = state.people.filter((p) => p.name.includes(q) || p.account.endsWith(q)).slice(0, 8)
    send(res, 200, { items: items.map((p) => ({ kind: 'person', id: p.id, title: p.name, subtitle: p.account, org_id: 'o1', hint: p.address })) })
  }],
  ['GET', /gallery\/people$/, ({ res, url, state }) => send(res, 200, page(state.people, url.searchParams))],
  ['GET', /gallery\/people\/\w+$/, ({ res, id, state }) => {
    const found = state.people.find((p) => p.id === id)
    if (found) send(res, 200, found, { ETag: `"${state.version}"` })
    else problem(res, 404, 'not_found')
  }],
  ['PUT', /gallery\/people\/\w+$/, ({ req, res, body, state, id }) => {
    if (req.headers['if-match'] !== `"${state.version}"`) return problem(res, 412, 'record.stale')
    const fields = []
    if (!body.name) fields.push({ name: 'name', code: 'no.such.code' })
    if (fields.length) return problem(res, 422, 'input.invalid', { fields })
    const person = Object.assign(state.people.find((p) => p.id === id), body)
    state.version++
    send(res, 200, person, { ETag: `"${state.version}"` })
  }],
  ['GET', /jobs\/\w+$/, ({ res, id, state }) => {
    const progress = Math.min(100, state.jobAsked++ * 34)
    send(res, 200, { id, kind: 'gallery', state: progress === 100 ? 'done' : 'running', progress, total: 100, note: '', result: { rows: 100 } })
  }],
]

function page(people, params) {
  let rows = people
  const q = params.get('q')
  if (q) rows = rows.filter((p) => p.name.includes(q))
  const wanted = params.get('state')?.split(',')
  if (wanted) rows = rows.filter((p) => wanted.includes(p.state))
  if (params.has('owing')) rows = rows.filter((p) => (p.owed > 0) === (params.get('owing') === 'true'))
  const sort = params.get('sort') ?? ''
  const key = sort.replace('-', '')
  if (key) rows = [...rows].sort((a, b) => (a[key] < b[key] ? -1 : 1) * (sort.startsWith('-') ? -1 : 1))
  const start = Number(params.get('cursor') ?? 0)
  const limit = Number(params.get('limit'))
  return { items: rows.slice(start, start + limit), next_cursor: start + limit < rows.length ? String(start + limit) : '' }
}
