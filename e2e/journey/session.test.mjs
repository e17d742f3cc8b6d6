// Coming in, staying in, going out; language, theme and the drawer on a phone.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { login, phone } from '../lib/browser.mjs'
import { journeys, ready } from '../lib/journey.mjs'
import { addUser, admin, grantsOf, PASSWORD } from '../lib/world.mjs'

const frame = journeys()
const clerk = { login: 'wangfang', password: PASSWORD }
const name = (page) => page.locator('input[autocomplete=username]')
const focused = (page) => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
const password = (page) => page.locator('input[autocomplete=current-password]')

describe('login', () => {
  it('says what is wrong, keeps the name and leads to the page asked for', async () => {
    const page = await frame.open(null, '/orgs')
    assert.match(page.url(), /\/login\?next=/)
    await checkAccessible(page, 'login')
    await name(page).fill(admin.login)
    await password(page).fill('not the password')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('用户名或密码不正确，请重新输入。').waitFor()
    await checkAccessible(page, 'login refused')
    assert.equal(await name(page).inputValue(), admin.login)
    await password(page).fill(admin.password)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/orgs$/)
    await page.getByRole('tree').waitFor()
  })

  it('does not lead to another site', async () => {
    const page = await frame.open(null, '/login?next=//example.com/')
    await name(page).fill(clerk.login)
    await password(page).fill(clerk.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '王芳，您好' }).waitFor()
    assert.equal(new URL(page.url()).origin, frame.world.url)
  })

  it('brings the language of the user’s record until another is chosen', async () => {
    await addUser(frame.world, { login: 'smith', name: 'J Smith', locale: 'en', role: 'clerk', at: '1001' })
    const page = await frame.open(null, '/login', { chosenLang: null })
    await login(page, 'smith', PASSWORD)
    await page.getByRole('heading', { name: 'Hello, J Smith' }).waitFor()
  })

  it('ends at once when the person signs out', async () => {
    const page = await frame.open(clerk)
    await page.getByRole('button', { name: /用户菜单/ }).click()
    await page.getByRole('menuitem', { name: '退出登录' }).click()
    await page.waitForURL(/\/login/)
    await page.goto('/account')
    await page.waitForURL(/\/login\?next=\/account/)
  })
})

describe('a session ended elsewhere', () => {
  it('asks for the new password over the open page and goes on where it was', async () => {
    const { keeper, users } = frame.world
    const page = await frame.open({ login: 'zhaolei', password: PASSWORD }, '/tasks')
    await page.getByLabel('要做什么').fill('没有丢失的一句话')

    const { body, etag } = await keeper('GET', `/users/${users.zhaolei.id}`)
    const change = { login: body.login, name: body.name, home_org_id: body.home_org_id, locale: body.locale, active: true, grants: grantsOf(body) }
    await keeper('PUT', `/users/${users.zhaolei.id}`, { ...change, password: 'another-password-2', keep_password: true }, { 'If-Match': etag })

    await page.getByRole('button', { name: '添加' }).click()
    const dialog = page.getByRole('dialog', { name: '请重新登录' })
    await dialog.waitFor()
    await checkAccessible(page, 'signed out elsewhere')
    await dialog.getByLabel('密码').fill(PASSWORD)
    await page.keyboard.press('Enter')
    await dialog.getByRole('alert').waitFor()
    await dialog.getByLabel('密码').fill('another-password-2')
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'hidden' })
    await page.getByText('没有丢失的一句话', { exact: true }).waitFor()
  })
})

describe('the reader’s choice', () => {
  it('of language and theme changes everything at once and stays', async () => {
    const page = await frame.open(clerk)
    await page.getByRole('button', { name: /用户菜单/ }).click()
    await page.getByRole('menuitemradio', { name: 'English' }).click()
    await page.getByRole('heading', { name: 'Hello, 王芳' }).waitFor()
    await page.getByRole('button', { name: /User menu/ }).click()
    await page.getByRole('menuitemradio', { name: 'Dark' }).click()
    await page.reload()
    await page.getByRole('heading', { name: 'Hello, 王芳' }).waitFor()
    const root = await page.evaluate(() => ({ ...document.documentElement.dataset, lang: document.documentElement.lang }))
    assert.deepEqual(root, { theme: 'dark', lang: 'en' })
    assert.equal(await page.title(), 'Home · Zhiyin')
  })

  it('of the language stands on the account page too', async () => {
    const page = await frame.open(clerk, '/account')
    await page.getByText('清河县供电公司及其所有下级').waitFor()
    await page.getByText('English', { exact: true }).click()
    await page.getByRole('heading', { name: 'Account and security' }).waitFor()
    await page.getByRole('heading', { name: 'Counter clerk' }).waitFor()
  })
})

describe('on a phone', () => {
  it('the navigation is a drawer that closes after the choice and on Escape', async () => {
    const page = await frame.open(admin, '/', { viewport: phone })
    await page.getByRole('button', { name: '打开导航' }).click()
    const drawer = page.getByRole('dialog', { name: '主导航' })
    await drawer.waitFor()
    await page.waitForTimeout(250) // the drawer slides in
    await checkAccessible(page, 'drawer', { whole: true })
    await drawer.getByRole('link', { name: '组织机构' }).click()
    await page.waitForURL(/\/orgs/)
    await drawer.waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: '打开导航' }).click()
    await drawer.waitFor()
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'hidden' })
  })
})

describe('a page', () => {
  it('that opens takes the focus to its heading and names the window', async () => {
    const page = await frame.open(clerk)
    await page.getByRole('link', { name: /^待办/ }).first().click()
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
    assert.equal(await focused(page), '待办')
    assert.equal(await page.title(), '待办 · 知音')
  })

  it('lets the navigation be skipped', async () => {
    const page = await frame.open(clerk, '/account')
    await page.keyboard.press('Tab')
    assert.equal(await focused(page), '跳到正文')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main')
  })

  it('is dark from the first frame where dark was chosen', async () => {
    const page = await frame.open(null, '/login')
    await page.evaluate(() => localStorage.setItem('zhiyin.theme', 'dark'))
    await page.route('**/*.js', (route) => (route.request().url().endsWith('/theme.js') ? route.continue() : route.abort()))
    await page.goto('/login', { waitUntil: 'commit' })
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
    page.faults.length = 0 // the scripts were held back on purpose
  })

  it('that is not there says so', async () => {
    const page = await frame.open(clerk, '/no/such/page')
    await page.getByText('找不到这个页面').last().waitFor()
    await checkAccessible(page, 'not found')
  })

  it('says so when the server is away, and recovers', async () => {
    const page = await frame.open(clerk)
    await page.route('**/api/v1/me', (route) => route.abort())
    await page.goto('/account')
    await page.getByRole('alert').waitFor()
    await checkAccessible(page, 'start fault')
    await page.unroute('**/api/v1/me')
    await page.getByRole('button', { name: '重试' }).click()
    await ready(page)
    await page.getByRole('heading', { name: '账号与安全' }).waitFor()
  })
})
