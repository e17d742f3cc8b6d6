// Signing in by a provider that really runs: set up on screen, used, and signed out of from both sides.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { login, phone } from '../lib/browser.mjs'
import { journeys, ready } from '../lib/journey.mjs'
import { startProvider } from '../lib/provider.mjs'
import { PASSWORD, security, signIn, totp } from '../lib/world.mjs'

const NAME = '省公司统一认证'
const frame = journeys()
let provider
before(async () => (provider = await startProvider('wangfang', 'zhaolei', 'chenyu', 'stranger')))
after(() => provider?.stop())

const go = (page) => page.getByRole('button', { name: `用${NAME}登录` }).click()
/** Chooses at the provider who signs in. */
async function as(page, who) {
  await page.getByRole('heading', { name: 'Sign in as' }).waitFor()
  await page.getByRole('button', { name: `sub-${who}` }).click()
}
const greeting = (page, name) => page.getByRole('heading', { name: `${name}，您好` }).waitFor()
/** Waits until the server has noticed that the provider is away: for some seconds one that answered counts as being there. */
async function noticed() {
  const { id } = (await frame.world.keeper('GET', '/sso')).body.items[0]
  const away = () => frame.world.keeper('POST', `/sso/${id}/begin`, {}).then(() => false, () => true)
  while (!(await away())) await new Promise((resolve) => setTimeout(resolve, 300))
}
const address = (page, label) => page.locator('dl > div').filter({ hasText: label }).locator('code').textContent()

describe('the security administrator', () => {
  it('tests and saves a provider, and tells it our addresses', async () => {
    const page = await frame.open(security, '/sso')
    await page.getByText('还没有统一认证').waitFor()
    await page.getByRole('button', { name: '新建统一认证' }).click()
    await page.getByRole('button', { name: '保存' }).click()
    assert.equal(await page.getByText('必填，请填写。').count(), 3)
    await page.getByLabel('发行者地址').fill('http://sso.example.com')
    await page.getByRole('button', { name: '测试连接' }).click()
    await page.getByText('须以 https:// 开头').waitFor()
    await page.getByLabel('发行者地址').fill(provider.issuer + '/')
    await page.getByRole('button', { name: '测试连接' }).click()
    await page.getByText(`统一认证平台自称 ${provider.issuer}`).waitFor()
    await page.getByLabel('发行者地址').fill(provider.issuer)
    await page.getByRole('button', { name: '测试连接' }).click()
    await page.getByText('连接正常').waitFor()
    await checkAccessible(page, 'new provider, tested')
    await page.getByLabel('名称').fill(NAME)
    await page.getByLabel('客户端标识').fill('zhiyin')
    await page.getByLabel('客户端密钥').fill('s3cret')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByRole('heading', { name: `修改“${NAME}”` }).waitFor()
    assert.equal(await page.getByLabel('客户端密钥').inputValue(), '')
    await provider.register({
      ID: 'zhiyin',
      Secret: 's3cret',
      RedirectURI: await address(page, '回调地址'),
      SignedOutAt: await address(page, '退出后返回地址'),
      BackChannel: await address(page, '后端通道退出地址'),
    })
    await checkAccessible(page, 'provider')
    await page.goto('/sso')
    await page.getByRole('link', { name: NAME }).waitFor()
    await checkAccessible(page, 'providers')
  })
})

describe('somebody of the company', () => {
  it('signs in by the provider and comes to the page he wanted', async () => {
    const page = await frame.open(null, '/login?next=/account', { viewport: phone })
    await checkAccessible(page, 'login with a provider')
    await go(page)
    await as(page, 'wangfang')
    await page.waitForURL(/\/account$/)
    await page.getByText('单点登录', { exact: true }).waitFor()
    await checkAccessible(page, 'account of a provider’s session')
  })

  it('signs in again in a new window when his session ends, and loses nothing', async () => {
    const page = await frame.open(null, '/login?next=/tasks')
    await go(page)
    await as(page, 'wangfang')
    await page.getByLabel('要做什么').fill('没有丢失的一句话')
    await frame.world.keeper('POST', `/users/${frame.world.users.wangfang.id}/end-sessions`)
    await page.getByRole('button', { name: '添加' }).click()
    const dialog = page.getByRole('dialog', { name: '请重新登录' })
    await dialog.getByRole('button', { name: `用${NAME}登录` }).waitFor()
    assert.equal(await dialog.locator('input').count(), 0)
    await checkAccessible(page, 'session of a provider ended')
    const [window] = await Promise.all([page.waitForEvent('popup'), go(dialog)])
    await as(window, 'wangfang')
    await dialog.waitFor({ state: 'detached' })
    await page.getByText('没有丢失的一句话', { exact: true }).waitFor()
  })

  it('is signed out here when he signs out there', async () => {
    const page = await frame.open(null, '/login')
    await go(page)
    await as(page, 'wangfang')
    await greeting(page, '王芳')
    await provider.signOut('wangfang')
    await page.goto('/tasks')
    await page.waitForURL(/\/login\?next=\/tasks/)
  })

  it('is signed out there when he signs out here', async () => {
    const page = await frame.open(null, '/login')
    await go(page)
    await as(page, 'wangfang')
    await greeting(page, '王芳')
    const there = page.waitForRequest((r) => r.url().startsWith(`${provider.issuer}/end_session`))
    await page.getByRole('button', { name: '王芳 的用户菜单' }).click()
    await page.getByRole('menuitem', { name: '退出登录' }).click()
    await there
    await page.waitForURL(/\/login$/)
    await page.goto('/tasks')
    await page.waitForURL(/\/login\?next=\/tasks/)
  })

  it('is told when nobody here is him, and signs in by password when the provider is away', async () => {
    const page = await frame.open(null, '/login?next=/tasks')
    await go(page)
    await as(page, 'stranger')
    await page.getByRole('alert').getByText('没有与之对应的用户').waitFor()
    await checkAccessible(page, 'login refused by a provider')
    await provider.down(true)
    await noticed()
    await go(page)
    await page.getByRole('alert').getByText('连不上统一认证平台').waitFor()
    await provider.down(false)
    await login(page, 'zhaolei', PASSWORD)
    await greeting(page, '赵磊')
  })
})

describe('an administrator', () => {
  const person = { login: 'chenyu', password: PASSWORD }

  it('is no one by his name alone, and is linked on his page', async () => {
    const page = await frame.open(null, '/login')
    await go(page)
    await as(page, 'chenyu')
    await page.getByRole('alert').getByText('没有与之对应的用户').waitFor()

    const keeper = await frame.open(security, `/users/${frame.world.users.chenyu.id}`)
    await keeper.getByRole('button', { name: '关联账号' }).click()
    const dialog = keeper.getByRole('dialog')
    await dialog.getByLabel('平台中的标识').fill('sub-chenyu')
    await checkAccessible(keeper, 'linking an account')
    await dialog.getByRole('button', { name: '关联账号' }).click()
    await keeper.getByRole('cell', { name: '从未' }).waitFor()
    await checkAccessible(keeper, 'user with a link')
  })

  it('types the code of his second factor after the provider', async () => {
    const call = await signIn(frame.world.url, person)
    const { secret } = (await call('POST', '/me/factor')).body
    await call('POST', '/me/factor/confirm', { code: totp(secret) })
    const page = await frame.open(null, '/login?next=/orgs', { viewport: phone })
    await go(page)
    await as(page, 'chenyu')
    await page.getByText('统一认证已确认您的身份').waitFor()
    await checkAccessible(page, 'code after the provider')
    await page.getByLabel('动态码或恢复码').fill('000000')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('动态码不正确或已用过').waitFor()
    await page.getByLabel('动态码或恢复码').fill(totp(secret, Date.now() + 30_000)) // the next: the last is used
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/orgs$/)
    await ready(page)

    const keeper = await frame.open(security, `/users/${frame.world.users.chenyu.id}`)
    await keeper.getByRole('button', { name: `取消关联：${NAME}` }).click()
    await keeper.getByRole('dialog').getByRole('button', { name: '取消关联' }).click()
    await keeper.getByText('没有关联。').waitFor()
    await page.goto('/orgs')
    await page.waitForURL(/\/login/)
  })
})

describe('the provider', () => {
  it('is removed with what hangs on it', async () => {
    const page = await frame.open(null, '/login')
    await go(page)
    await as(page, 'wangfang')
    await greeting(page, '王芳')
    const keeper = await frame.open(security, '/sso')
    await keeper.getByRole('button', { name: `删除“${NAME}”` }).click()
    await keeper.getByRole('dialog').getByRole('button', { name: '删除' }).click()
    await keeper.getByText('还没有统一认证').waitFor()
    await page.goto('/login')
    await page.getByRole('button', { name: '登录', exact: true }).waitFor()
    assert.equal(await page.getByText('单点').count() + (await page.getByRole('button', { name: NAME }).count()), 0)
  })
})
