// How people prove who they are: locks, the second factor, passwords, sessions, keys for programs, and the rules of it.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { changePassword, login, phone } from '../lib/browser.mjs'
import { journeys } from '../lib/journey.mjs'
import { addUser, grantsOf, PASSWORD, security, signIn, totp } from '../lib/world.mjs'

const frame = journeys({
  prepare: async (world) => {
    for (const [who, name] of [['locked', '罗克'], ['factor', '方可'], ['given', '季雯'], ['roamer', '罗美']]) world.users[who] = await addUser(world, { login: who, name, role: 'clerk', at: '1001' })
  },
})
const STEP_MS = 30_000
/** The next code: one that was taken counts no more. */
const nextCode = (secret) => totp(secret, Date.now() + STEP_MS) // the server's window reaches one step ahead
const shownSecret = async (page) => (await page.locator('.secret').textContent()).replaceAll(' ', '')
async function setPolicy(change) {
  const { body, etag } = await frame.world.keeper('GET', '/access-policy')
  await frame.world.keeper('PUT', '/access-policy', { ...body, ...change }, { 'If-Match': etag })
}
async function type(page, name, password) {
  await page.locator('input[autocomplete=username]').fill(name)
  await page.locator('input[autocomplete=current-password]').fill(password)
  await page.keyboard.press('Enter')
}
const code = (page) => page.getByLabel('动态码或恢复码')
const rescueOf = async (login) => {
  const page = await frame.open(security, '/users?q=' + login)
  await page.getByRole('link').filter({ hasText: /罗克|方可/ }).click()
  await page.getByRole('heading', { name: '登录状态' }).waitFor()
  return page
}

describe('a login with too many failures', () => {
  it('is locked for a while that is shown, and unlocked by the security administrator', async () => {
    const page = await frame.open(null, '/login', { viewport: phone })
    for (let i = 0; i < 5; i++) {
      await type(page, 'locked', `wrong-password-${i}`)
      await page.getByRole('alert').getByText('用户名或密码不正确').waitFor()
    }
    await type(page, 'locked', PASSWORD)
    await page.getByRole('alert').getByText(/登录尝试过多/).waitFor()
    const button = page.getByRole('button', { name: /请在 \d+:\d\d 后重试/ })
    await button.waitFor()
    assert.equal(await button.isDisabled(), true)
    await checkAccessible(page, 'login locked')

    const keeper = await rescueOf('locked')
    await keeper.getByText(/已锁定，还有 \d+ 分钟/).waitFor()
    await keeper.getByRole('button', { name: '解锁' }).click()
    await keeper.getByRole('dialog', { name: '解锁“罗克”的登录？' }).getByRole('button', { name: '解锁' }).click()
    await keeper.getByText('未锁定').waitFor()
    await page.reload()
    await type(page, 'locked', PASSWORD)
    await page.getByRole('heading', { name: '罗克，您好' }).waitFor()
  })
})

describe('the second factor', () => {
  const person = { login: 'factor', password: PASSWORD }
  let secret
  let codes

  it('is set up by picture or key, and gives recovery codes once', async () => {
    const page = await frame.open(person, '/account')
    await page.getByRole('button', { name: '设置双重验证' }).click()
    await page.getByRole('img', { name: '双重验证的二维码' }).waitFor()
    await page.getByText('无法扫描？手动输入密钥').click()
    secret = await shownSecret(page)
    await checkAccessible(page, 'second factor set-up')
    await page.getByLabel('动态码').fill('000000')
    await page.getByRole('button', { name: '启用双重验证' }).click()
    await page.getByText('动态码不正确或已用过').first().waitFor()
    await page.getByLabel('动态码').fill(totp(secret))
    await page.getByRole('button', { name: '启用双重验证' }).click()
    await page.getByRole('list', { name: '恢复码' }).waitFor()
    codes = await page.getByRole('list', { name: '恢复码' }).getByRole('listitem').allTextContents()
    assert.equal(codes.length, 10)
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '下载' }).click()])
    assert.equal(file.suggestedFilename(), 'zhiyin-factor-recovery.txt')
    assert.equal(await page.getByRole('button', { name: '继续' }).isDisabled(), true)
    await checkAccessible(page, 'recovery codes')
    await page.getByText('我已保存恢复码').click()
    await page.getByRole('button', { name: '继续' }).click()
    await page.getByText('还有 10 个恢复码').waitFor()
  })

  it('is asked for after the password, once a code; a recovery code does as well', async () => {
    const page = await frame.open(null, '/login')
    await type(page, 'factor', PASSWORD)
    await code(page).fill('123 456')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('动态码不正确或已用过').waitFor()
    await checkAccessible(page, 'code asked for')
    await code(page).fill(nextCode(secret))
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '方可，您好' }).waitFor()

    const without = await frame.open(null, '/login', { viewport: phone })
    await type(without, 'factor', PASSWORD)
    await code(without).fill(codes[0])
    await without.keyboard.press('Enter')
    await without.getByRole('heading', { name: '方可，您好' }).waitFor()
    await without.goto('/account')
    await without.getByText('还有 9 个恢复码').waitFor()
    const again = await frame.open(null, '/login')
    await type(again, 'factor', PASSWORD)
    await code(again).fill(codes[0])
    await again.keyboard.press('Enter')
    await again.getByRole('alert').waitFor()
  })

  it('is renewed and turned off by a code, or removed by the security administrator', async () => {
    const page = await frame.open(null, '/login?next=/account')
    await type(page, 'factor', PASSWORD)
    await code(page).fill(codes[1])
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: '更换恢复码' }).click()
    const dialog = page.getByRole('dialog', { name: '更换恢复码' })
    await dialog.getByLabel('动态码或恢复码').fill(codes[2])
    await dialog.getByRole('button', { name: '更换恢复码' }).click()
    await dialog.getByText('我已保存恢复码').click()
    await dialog.getByRole('button', { name: '继续' }).click()
    await page.getByText('还有 10 个恢复码').waitFor()

    const keeper = await rescueOf('factor')
    await keeper.getByRole('button', { name: '解除双重验证' }).click()
    await keeper.getByRole('dialog', { name: '解除“方可”的双重验证？' }).getByRole('button', { name: '解除双重验证' }).click()
    await keeper.getByText('目前没有在任何设备上登录。').waitFor()
    await login(await frame.open(null, '/login'), 'factor', PASSWORD)
  })

  it('is demanded of administrators before anything else', async () => {
    const { keeper } = frame.world
    const { secret: own } = (await keeper('POST', '/me/factor')).body
    const { codes: mine } = (await keeper('POST', '/me/factor/confirm', { code: nextCode(own) })).body
    await setPolicy({ admin_factor: true })
    const page = await frame.open(null, '/login?next=/orgs')
    await type(page, 'chenyu', PASSWORD)
    await page.getByRole('heading', { name: '请设置双重验证' }).waitFor()
    await page.getByText('无法扫描？手动输入密钥').click()
    const his = await shownSecret(page)
    await checkAccessible(page, 'second factor due')
    await page.getByLabel('动态码').fill(totp(his))
    await page.keyboard.press('Enter')
    await page.getByText('我已保存恢复码').click()
    await page.getByRole('button', { name: '继续' }).click()
    await page.waitForURL(/\/orgs$/)
    await setPolicy({ admin_factor: false })
    await keeper('POST', '/me/factor/end', { code: mine[0] })
  })
})

describe('a password', () => {
  it('given by somebody else is changed first, by the rules', async () => {
    const { keeper, users } = frame.world
    const page = await frame.open(null, '/login?next=/tasks')
    const { body, etag } = await keeper('GET', `/users/${users.given.id}`)
    const { login: name, home_org_id, locale } = body
    const grants = grantsOf(body)
    await keeper('PUT', `/users/${users.given.id}`, { login: name, name: body.name, home_org_id, locale, grants, active: true, password: 'given-by-telephone-1' }, { 'If-Match': etag })
    await login(page, 'given', 'given-by-telephone-1')
    await page.getByRole('heading', { name: '请修改密码' }).waitFor()
    await page.goto('/tasks')
    await page.getByRole('heading', { name: '请修改密码' }).waitFor()
    await page.getByLabel('当前密码').fill('given-by-telephone-1')
    await page.getByLabel('新密码').fill('onlyletters')
    await page.getByText('还需要 1 种字符').waitFor()
    await checkAccessible(page, 'password due')
    await page.getByLabel('新密码').fill('given-by-telephone-1')
    await page.keyboard.press('Enter')
    await page.getByText('这个密码用过，请换一个新的。').waitFor()
    await changePassword(page, 'given-by-telephone-1', 'chosen-by-myself-2')
    await page.waitForURL(/\/tasks$/)
  })

  it('is changed on one’s own page, which ends the sessions elsewhere', async () => {
    const person = { login: 'roamer', password: PASSWORD }
    const elsewhere = await frame.open(person, '/account')
    const page = await frame.open(person, '/account')
    await page.getByLabel('当前密码').fill('not-the-password')
    await page.getByLabel('新密码').fill('another-of-mine-3')
    await page.getByText('符合要求').waitFor()
    await page.getByRole('button', { name: '修改密码' }).click()
    await page.getByText('用户名或密码不正确').first().waitFor()
    await page.getByLabel('当前密码').fill(PASSWORD)
    await page.getByRole('button', { name: '修改密码' }).click()
    await page.getByText('密码已修改').waitFor()
    await elsewhere.reload()
    await elsewhere.waitForURL(/\/login/)
  })
})

describe('a session', () => {
  it('is ended from another browser', async () => {
    const person = { login: 'zhaolei', password: PASSWORD }
    const lost = await frame.open(person, '/account', { viewport: phone })
    const page = await frame.open(person, '/account')
    await checkAccessible(page, 'account and security')
    await page.getByText('本机', { exact: true }).waitFor()
    const end = page.getByRole('button', { name: /^结束 .*上的登录/ })
    assert.equal(await end.count(), 1)
    await end.click()
    await page.getByRole('dialog', { name: '结束这个登录？' }).getByRole('button', { name: '结束' }).click()
    await page.getByText('已结束', { exact: true }).waitFor()
    await end.waitFor({ state: 'detached' })
    await lost.reload()
    await lost.waitForURL(/\/login\?next=\/account/)
  })
})

describe('an API key', () => {
  it('acts for its user until it is ended', async () => {
    const page = await frame.open(security, '/access-keys')
    await page.getByText('还没有 API 密钥').waitFor()
    await page.getByRole('button', { name: '新建 API 密钥' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: '新建 API 密钥' }).click()
    assert.equal(await dialog.getByText('必填，请填写。').count(), 1)
    await dialog.getByLabel('名称').fill('门户同步')
    const rights = dialog.locator('details').filter({ has: page.locator('summary', { hasText: '组织机构' }) })
    await rights.locator('summary').click()
    await rights.getByText('查看列表').click()
    await checkAccessible(page, 'new API key')
    await dialog.getByRole('button', { name: '新建 API 密钥' }).click()
    const token = await dialog.locator('.token').textContent()
    assert.match(token, /^zyk_/)
    await dialog.getByRole('button', { name: '我已保存' }).click()
    const ask = (path) => fetch(`${frame.world.url}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } })
    assert.equal((await ask('/orgs')).status, 200)
    assert.equal((await ask('/users')).status, 403)
    await page.reload()
    await page.getByText('组织机构：查看列表').waitFor()
    await page.getByText(/, ?127\.0\.0\.1|，127\.0\.0\.1/).waitFor()
    await checkAccessible(page, 'API keys')
    await page.getByRole('button', { name: '停用密钥“门户同步”' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '停用' }).click()
    await page.getByText('已停用', { exact: true }).waitFor()
    assert.equal((await ask('/orgs')).status, 401)
  })
})

describe('the rules of signing in', () => {
  it('are changed by the security administrator and hold at once', async () => {
    const page = await frame.open(security, '/access-policy')
    await checkAccessible(page, 'sign-in rules')
    await page.getByLabel('最少字符数').fill('12')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('登录规则已保存').waitFor()
    const his = await frame.open({ login: 'sunli', password: PASSWORD }, '/account')
    await his.getByText(/12–128 个字符/).waitFor()
    await his.getByLabel('新密码').fill('elevenchar1')
    await his.getByText('还差 1 个字符').waitFor()
    await assert.rejects(signIn(frame.world.url, { login: 'sunli', password: 'wrong' }))
  })
})
