// Where every text of every record holds a script, every page shows it as text and runs nothing.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { journeys, ready } from '../lib/journey.mjs'
import { makeMarked, MARK } from '../lib/marked.mjs'
import { addUser, auditor, PASSWORD, security, signIn } from '../lib/world.mjs'

const maker = { login: 'maker', password: PASSWORD }
let records

async function prepare(world) {
  const grants = ['maintainer', 'head', 'account_manager', 'analyst'].map((role) => ({ role_id: world.roles[role].id, org_id: world.orgs[1001].id }))
  const user = await addUser(world, { login: maker.login, name: MARK, role: 'maintainer', at: '1001', grants })
  await world.keeper('POST', '/api-keys', { name: MARK, org_id: world.orgs[1001].id, permissions: ['org.list'], days: 9 })
  await world.call('POST', '/orgs', { parent_id: world.orgs[1001].id, level: 'unit', code: 'MARKED', name: MARK, short_name: MARK })
  const provider = { org_id: world.orgs[1001].id, name: MARK, issuer: 'https://sso.invalid', client_id: MARK, client_secret: 'x', base_url: world.url, scopes: '', link_claim: '', trusted_factors: '' }
  const { body: sso } = await world.keeper('POST', '/sso-providers', { ...provider, create_users: false, enabled: true })
  const call = await signIn(world.url, maker)
  const made = await makeMarked(withFiles(call, world.url), world.orgs[1001].id, user.id, world.users.wangfang.id)
  assert.ok(made.marks.size > 60, `only ${made.marks.size} text fields`)
  records = { ...made.records, user: user.id, sso: sso.id }
}

/** The session can also send files, and tells which fields were refused. */
function withFiles(call, url) {
  const send = async (method, to, body, headers = {}) => {
    const reply = await fetch(`${url}/api/v1${to}`, { method, headers: { Cookie: call.cookie, ...headers }, body })
    const text = await reply.text()
    if (!reply.ok) throw Object.assign(new Error(`${method} ${to}: ${reply.status} ${text}`), { problem: text && JSON.parse(text) })
    return { etag: reply.headers.get('etag'), body: text ? JSON.parse(text) : null }
  }
  const json = (method, to, body, headers) => send(method, to, body && JSON.stringify(body), { 'Content-Type': 'application/json', ...headers })
  const file = async (to, name, content) => {
    const headers = { 'Content-Type': 'application/octet-stream', 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}` }
    return (await send('POST', to, content, headers)).body
  }
  return Object.assign(json, { file })
}

// Each page with who looks. What a page shows on a tab is on it: all tabs are opened.
const pages = {
  home: '/',
  tasks: '/tasks',
  customers: '/customers',
  customer: '/customers/{customers}',
  'customer edit': '/customers/{customers}/edit',
  'customer merge': '/customers/{customers}/merge?from={twins}',
  'customer card': '/customers/{customers}/card',
  assessment: '/customers/{customers}/assessment',
  statistics: '/customers/{customers}/statistics',
  contract: '/accounts/{accounts}/contract',
  settings: '/customer-settings',
  proposals: '/proposals',
  proposal: '/proposals/{proposals}',
  'new proposal': '/customers/{customers}/propose',
  receptions: '/receptions',
  reception: '/receptions/{receptions}',
  'reception log': '/reception-log',
  'reception checks': '/reception-checks',
  accounts: '/accounts',
  account: '/accounts/{accounts}',
  installation: '/accounts/{accounts}/installation',
  premises: '/premises',
  premise: '/premises/{premises}',
  points: '/metering-points',
  point: '/metering-points/{metering-points}',
  meters: '/meters',
  meter: '/meters/{meters}',
  contracts: '/supply-contracts',
  'network stations': '/network/substation',
  'network lines': '/network/line',
  'network districts': '/network/district',
  'network equipment': '/network/equipment',
  substation: '/network/substation/{substations}',
  line: '/network/line/{lines}',
  district: '/network/district/{districts}',
  equipment: '/network/equipment/{equipment}',
  figures: '/figures?tab=targets',
  surveys: '/surveys',
  survey: '/surveys/{surveys}',
  'survey import': '/surveys/{surveys}/import?file={files}',
  estimate: '/surveys/{surveys}/estimate',
  estimations: '/satisfaction',
  estimation: '/satisfaction/{estimations}',
  comparison: '/satisfaction/{estimations}/compare/{others}',
  models: '/satisfaction/models',
  model: '/satisfaction/models/{satisfaction-models}',
  'model edit': '/satisfaction/models/{satisfaction-models}/edit',
  imports: '/imports',
  import: '/imports/{imports}',
  orgs: '/orgs',
  'own account': '/account',
  users: ['/users', security],
  user: ['/users/{user}', security],
  keys: ['/access-keys', security],
  audit: ['/audit', auditor],
  providers: ['/sso', security],
  provider: ['/sso/{sso}', security],
  login: ['/login', null],
}

// Pages that show no text somebody wrote, when they open.
const silent = new Set(['assessment', 'statistics', 'figures', 'import', 'estimate'])

const frame = journeys({ prepare })

describe('scripts in every text', () => {
  for (const [name, page] of Object.entries(pages)) {
    const [path, who] = [page].flat()
    it(`do not run on ${name}`, async () => {
      const opened = await frame.visit(who === undefined ? maker : who, path.replace(/\{([\w-]+)\}/g, (_, of) => records[of]))
      let shown = await looks(opened)
      for (const tab of await opened.getByRole('tab').all()) {
        await tab.click()
        await ready(opened)
        shown = (await looks(opened)) || shown
      }
      assert.ok(shown || silent.has(name), 'the page shows no mark: the test looks at the wrong place')
    })
  }

  it('do not run in the search box', async () => {
    const page = await frame.visit(maker, '/')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: '搜索与命令' }).fill('img src')
    await page.getByRole('option', { name: MARK }).first().waitFor()
    await looks(page)
  })
})

// What a link brings along: a filter, a tab, an error, a page that is not there.
const hostile = encodeURIComponent(MARK)
const links = ['/customers?q={}', '/accounts?q={}', '/audit?q={}', '/tasks?tab={}', '/figures?tab={}', '/orgs?at={}', '/{}', '/customers?sort={}', '/network/line?q={}']

describe('scripts in a link', () => {
  for (const link of links) {
    it(`do not run by ${link}`, async () => {
      const page = await frame.visit(link.startsWith('/audit') ? auditor : maker, link.replace('{}', hostile))
      await looks(page)
    })
  }

  it('do not run by the error of a provider', async () => {
    await looks(await frame.visit(null, `/login?sso_error=${hostile}`))
  })

  for (const next of ['javascript:window.ran=1', '//evil.invalid/x', 'https://evil.invalid/', '/\\evil.invalid', 'data:text/html,<script>ran=1</script>']) {
    it(`nobody is led away after signing in by ${next}`, async () => {
      const page = await frame.open(null, `/login?next=${encodeURIComponent(next)}`)
      await page.locator('input[autocomplete=username]').fill(maker.login)
      await page.locator('input[autocomplete=current-password]').fill(maker.password)
      await page.locator('button[type=submit]').click()
      await page.waitForURL((to) => to.pathname !== '/login')
      await ready(page)
      assert.equal(new URL(page.url()).origin, new URL(frame.world.url).origin)
      await looks(page)
    })
  }
})

/** Nothing has run or stands as markup; tells whether the mark is read as text. */
async function looks(page) {
  const found = await page.evaluate((mark) => {
    const fields = [...document.querySelectorAll('input, textarea')].map((f) => f.value)
    const text = [document.documentElement.innerHTML, ...fields].join('\n')
    return { ran: window.ran, images: document.querySelectorAll('img[src="x"]').length, shown: fields.join('\n').includes(mark) || text.includes('&lt;img src=x') }
  }, MARK)
  assert.equal(found.ran, undefined, 'a script has run')
  assert.equal(found.images, 0, 'the mark stands as markup')
  return found.shown
}
