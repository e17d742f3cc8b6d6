// What of the shell needs the gallery's pages: the rest is in journey/session.test.mjs, on the real program.
import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { expectNoFaults, launch, login, openPage, shot } from '../lib/browser.mjs'
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

describe('shell', () => {
  it('narrows lists to one company', async () => {
    await open('/gallery/list')
    await page.getByRole('button', { name: '全部单位' }).click()
    const narrowed = page.waitForRequest((r) => /people\?.*org_id=o2/.test(r.url()))
    await page.getByRole('menuitemradio', { name: /临江县供电公司/ }).click()
    await narrowed
    await page.getByRole('navigation', { name: '当前位置' }).getByText('临江县供电公司').waitFor()
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
