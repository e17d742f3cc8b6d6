// The shell and the kit, driven in Chromium against the gallery and its fixture (see fixture.mjs).
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { expectNoFaults, launch, login, openPage, phone, shot } from '../lib/browser.mjs'
import { startFixture } from './fixture.mjs'

let browser, fixture, page
before(async () => {
  browser = await launch()
})
after(() => browser?.close())
beforeEach(async () => {
  fixture = await startFixture()
})
afterEach(async () => {
  if (page) expectNoFaults(page)
  await page?.context().close()
  page = undefined
  await fixture.stop()
})

async function open(path, options = {}) {
  page = await openPage(browser, fixture.url, options)
  await login(page, 'limin', 'secret')
  if (path !== '/') await page.goto(path)
  await page.locator('main h1').first().waitFor()
}
const heading = () => page.locator('main h1').first()
const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')

describe('login', () => {
  it('says what is wrong, keeps the name, and returns to the page asked for', async () => {
    page = await openPage(browser, fixture.url)
    await page.goto('/gallery/list?sort=name')
    await page.waitForURL(/\/login\?next=/)
    await checkAccessible(page, 'login')
    await page.locator('input[autocomplete=username]').fill('limin')
    await page.locator('input[autocomplete=current-password]').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    assert.equal(await page.locator('input[autocomplete=username]').inputValue(), 'limin')
    await page.locator('input[autocomplete=current-password]').fill('secret')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/gallery\/list\?sort=name$/)
  })

  it('does not leave for another site', async () => {
    page = await openPage(browser, fixture.url)
    await page.goto('/login?next=//example.com/')
    await page.locator('input[autocomplete=username]').fill('limin')
    await page.locator('input[autocomplete=current-password]').fill('secret')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => url.pathname === '/')
  })

  it('asks again when the session ends and keeps what was typed', async () => {
    await open('/gallery/form')
    const name = page.getByLabel('名称 Name')
    await page.waitForFunction(() => document.querySelector('main input')?.value !== '')
    await name.fill('没有丢失的名称')
    fixture.state.signedIn = false
    await page.getByRole('button', { name: '保存' }).click()
    const dialog = page.getByRole('dialog', { name: '请重新登录' })
    await dialog.waitFor()
    await checkAccessible(page, 'session dialog')
    await dialog.getByLabel('密码').fill('secret')
    await page.keyboard.press('Enter')
    await page.getByText('已保存 Saved').waitFor()
    assert.equal(fixture.state.people.find((p) => p.id === 'p1').name, '没有丢失的名称')
  })

  it('signs out', async () => {
    await open('/')
    await page.getByRole('button', { name: /用户菜单/ }).click()
    await page.getByRole('menuitem', { name: '退出登录' }).click()
    await page.waitForURL(/\/login/)
    assert.equal(fixture.state.signedIn, false)
  })
})

describe('shell', () => {
  it('moves the focus to the heading and names the window', async () => {
    await open('/')
    await page.getByRole('link', { name: '表单 Form' }).first().click()
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1')
    assert.equal(await focused(), '表单 Form')
    assert.equal(await page.title(), '表单 Form · 知音')
  })

  it('skips to the content', async () => {
    await open('/')
    await page.reload() // after a navigation the focus is on the heading, past the link
    await heading().waitFor()
    await page.keyboard.press('Tab')
    assert.equal(await focused(), '跳到正文')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main')
  })

  it('remembers language and theme', async () => {
    await open('/')
    await page.getByRole('button', { name: /用户菜单/ }).click()
    await page.getByRole('menuitemradio', { name: 'English' }).click()
    await page.getByRole('button', { name: /User menu/ }).click()
    await page.getByRole('menuitemradio', { name: 'Dark' }).click()
    await page.reload()
    await page.getByRole('heading', { name: /Hello/ }).waitFor()
    const root = await page.evaluate(() => ({ ...document.documentElement.dataset, lang: document.documentElement.lang }))
    assert.deepEqual(root, { theme: 'dark', lang: 'en' })
  })

  it('paints the first frame in the stored theme', async () => {
    page = await openPage(browser, fixture.url, { theme: 'light' })
    await page.addInitScript(() => localStorage.setItem('zhiyin.theme', 'dark'))
    await page.route('**/*.js', (route) => (route.request().url().endsWith('/theme.js') ? route.continue() : route.abort()))
    await page.goto('/login', { waitUntil: 'commit' })
    await page.waitForFunction(() => document.documentElement.dataset.theme === 'dark')
    page.faults.length = 0 // the scripts were held back on purpose
  })

  it('narrows lists to one company', async () => {
    await open('/gallery/list')
    await page.getByRole('button', { name: '全部单位' }).click()
    const narrowed = page.waitForRequest((r) => /people\?.*org_id=o2/.test(r.url()))
    await page.getByRole('menuitemradio', { name: /临江县供电公司/ }).click()
    await narrowed
    await page.getByRole('navigation', { name: '当前位置' }).getByText('临江县供电公司').waitFor()
  })

  it('opens a drawer on a phone and closes it after the choice', async () => {
    await open('/', { viewport: phone })
    await page.getByRole('button', { name: '打开导航' }).click()
    await page.waitForTimeout(300)
    await checkAccessible(page, 'drawer')
    await shot(page, 'drawer-390')
    await page.getByRole('link', { name: '列表 List' }).last().click()
    await page.waitForURL(/gallery\/list/)
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  })

  it('tells a missing page from a forbidden one', async () => {
    await open('/no/such/page')
    await page.getByText('找不到这个页面').last().waitFor()
    await checkAccessible(page, 'not found')
    await page.goto('/gallery/secret')
    await page.getByText('您没有查看此页的权限').last().waitFor()
    await shot(page, 'forbidden')
  })

  it('says so when the server is away at the start, and recovers', async () => {
    page = await openPage(browser, fixture.url)
    fixture.state.fail = /\/me$/
    await page.goto('/')
    await page.getByRole('alert').waitFor()
    await checkAccessible(page, 'start fault')
    fixture.state.fail = null
    await page.getByRole('button', { name: '重试' }).click()
    await page.waitForURL(/\/login/)
  })
})

describe('palette', () => {
  it('finds, walks and opens by keyboard alone, and remembers', async () => {
    await open('/')
    await page.keyboard.press('Control+k')
    const box = page.getByRole('combobox')
    await box.waitFor()
    await page.keyboard.type('玉兰')
    await page.getByRole('option', { name: /玉兰/ }).first().waitFor()
    await checkAccessible(page, 'palette')
    await shot(page, 'palette-results')
    await page.keyboard.press('ArrowDown')
    const wanted = await page.locator('[role=option][aria-selected=true] .title').textContent()
    await page.keyboard.press('Enter')
    await page.waitForURL(/gallery\/list\/p\d+/)
    assert.equal(await heading().textContent(), wanted)
    await page.keyboard.press('Control+k')
    assert.match(await page.getByRole('option').first().textContent(), new RegExp(wanted))
  })

  it('asks the server once for a word typed in one go', async () => {
    await open('/')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
    await page.keyboard.type('海燕建国', { delay: 20 })
    await page.waitForTimeout(500)
    assert.equal(fixture.state.requests.filter((r) => r.includes('/search')).length, 1)
  })

  it('shows the keys and runs them', async () => {
    await open('/')
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: '键盘快捷键' }).waitFor()
    await page.waitForTimeout(200)
    await checkAccessible(page, 'keyboard help')
    await shot(page, 'keys')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.keyboard.press('g')
    await page.keyboard.press('l')
    await page.waitForURL(/gallery\/list/)
  })
})
