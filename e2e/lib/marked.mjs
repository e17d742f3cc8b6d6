// Records whose every text holds a script, made from the requests of the server's own attack tests and the API document.
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** Runs, where a page takes it for markup. */
export const MARK = '<img src=x onerror=ran=1>'

const read = async (path) => JSON.parse(await readFile(new URL(path, import.meta.url)))
const rows = Array.from({ length: 60 }, (_, i) => `R${i},${MARK}${i % 3},${1 + (i % 10)},${1 + ((i * 3 + 2) % 10)},${1 + ((i + 1) % 10)},${1 + ((i * 2 + 1) % 10)}`)
const WORDS = {
  phone: '15400007711',
  otherphone: '15400007721',
  visitorphone: '15400007741',
  electricianphone: '15400007731',
  email: 'marked@example.com',
  certificate: '',
  filename: MARK,
  heading: '单位',
  answers: ['编号,单位,q1,q2,s1,s2', ...rows, `RX,单位,${MARK},1,1,1`].join('\n'),
  sheet: `户主,手机,证件号码\n${MARK},15400007751,\n${MARK},${MARK},${MARK}\n`,
}
const SKIPPED = /^(org|backup|audit|access|customer\.export|supply\.update\.number|supply\.record\.many)/
const REFERENCE = /(^|\.)(model|scheme|class|account_no|target|code|header|default_person|default_organisation|indicators|from|to|permissions|password)$|constructs\.name$|ids?$|(^|_|\.)at$/

/** Makes one of everything in the company, with the mark in every text that takes it; gives the identifiers by collection. The colleague receives visitors. */
export async function makeMarked(call, company, maker, colleague) {
  const [requests, api] = await Promise.all([read('../../internal/app/attack/testdata/requests.json'), read('../../api/openapi.json')])
  const world = { call, api, records: { org: company, maker, user: maker, colleague }, number: Date.now() % 1_000_000, marks: new Set() }
  for (const request of requests) {
    const operation = find(api, request.op)
    const makes = request.make ?? (operation.method === 'POST' && ('201' in operation.responses || '202' in operation.responses))
    if (!makes || SKIPPED.test(request.op) || request.whole) continue
    await make(world, operation, request).catch((error) => {
      if (!error.problem) throw error // what the maker may not do is not for this journey
    })
  }
  return world
}

function find(api, id) {
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(methods)) if (operation.operationId === id) return { ...operation, method: method.toUpperCase(), path }
  throw new Error(`no operation ${id}`)
}

function expand(world, text) {
  world.number++
  return text.replace(/\$([a-z_-]+)/g, (_, name) => world.records[name] ?? WORDS[name] ?? (name === 'n' ? world.number : name))
}

async function make(world, operation, request) {
  let path = operation.path
  for (let m; (m = /([^/{}]+)\/\{(\w+)\}/.exec(path)); ) path = path.replace(`{${m[2]}}`, expand(world, request.path?.[m[2]] ?? `$${m[1]}`))
  const query = new URLSearchParams(Object.entries(request.query ?? {}).map(([name, text]) => [name, expand(world, text)]))
  if (operation.parameters?.some((p) => p.in === 'query' && p.name === 'org_id')) query.set('org_id', world.records.org)
  const to = `${path.replace('/api/v1', '')}?${query}`
  const headers = request.version ? { 'If-Match': request.version === 'current' ? await version(world, path.replace('/api/v1', '')) : request.version } : {}
  const media = Object.keys(operation.requestBody?.content ?? {})[0]
  const made =
    media === 'application/octet-stream'
      ? await world.call.file(to, expand(world, request.file), expand(world, request.content))
      : await sendMarked(world, operation, to, request.body && JSON.parse(expand(world, JSON.stringify(request.body))), headers)
  for (const [name, at] of Object.entries(request.keep ?? {})) world.records[name] = pick(made, at)
  world.records[request.name ?? operation.path.split('/').pop()] = pick(made, request.made ?? 'id') ?? world.records[request.name]
  if (made?.job_id) await ended(world.call, made.job_id)
  if (operation.operationId === 'satisfaction.estimate') await estimated(world.call, made.id)
}

const pick = (value, path) => path.split('.').reduce((at, name) => at?.[name], value)

async function version(world, path) {
  for (let at = path; at; at = at.slice(0, at.lastIndexOf('/'))) {
    const answer = await world.call('GET', at).catch(() => null)
    if (answer?.etag) return answer.etag
  }
}

async function ended(call, job) {
  while (['queued', 'running'].includes((await call('GET', `/jobs/${job}`)).body.state)) await sleep(100)
}

async function estimated(call, id) {
  while (['queued', 'running'].includes((await call('GET', `/estimations/${id}`)).body.state)) await sleep(100)
}

/** Sends a body with the mark in all its texts, but for those that are refused for it. */
async function sendMarked(world, operation, to, body, headers) {
  const refused = new Set()
  let sent = ''
  if (body?.certificates) delete body.certificates
  const schema = operation.requestBody?.content['application/json'].schema
  for (;;) {
    const marks = new Set()
    const marked = body && mark(world, schema, body, operation.operationId, refused, marks)
    if (JSON.stringify(marked) === sent) return (await world.call(operation.method, to, body, headers)).body // refused as a whole
    sent = JSON.stringify(marked)
    try {
      const { body: made } = await world.call(operation.method, to, marked, headers)
      marks.forEach((at) => world.marks.add(at))
      return made
    } catch (error) {
      if (!error.problem?.fields) throw error
      for (const field of error.problem.fields) refused.add(field.name.replace(/\[\d+\]/g, ''))
    }
  }
}

function mark(world, schema, value, at, refused, marks) {
  while (schema.$ref) schema = world.api.components.schemas[schema.$ref.split('/').pop()]
  if (Array.isArray(value)) return value.map((one) => mark(world, schema.items, one, at, refused, marks))
  const free = (name, s) =>
    [s.type].flat().includes('string') && !s.enum && !s.format && !s.pattern && !REFERENCE.test(name) && ![...refused].some((r) => name.endsWith(`.${r}`) || name.includes(`.${r}.`))
  if (typeof value === 'string') return free(at, schema) ? (marks.add(at), MARK + value) : value
  if (value === null || typeof value !== 'object') return value
  const out = {}
  for (const [name, inner] of Object.entries(value)) out[name] = schema.properties?.[name] ? mark(world, schema.properties[name], inner, `${at}.${name}`, refused, marks) : inner
  for (const [name, s] of Object.entries(schema.properties ?? {})) if (!(name in out) && free(`${at}.${name}`, s)) (out[name] = MARK), marks.add(`${at}.${name}`)
  return out
}
