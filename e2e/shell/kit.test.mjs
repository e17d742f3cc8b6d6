// Lists, forms and charts of the kit, driven in Chromium against the gallery and its fixture.
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
  await page.goto(path)
  await page.locator('main h1').first().waitFor()
}
const rows = () => page.locator('tbody:not([aria-hidden]) tr')
const firstName = () => rows().first().locator('.first').textContent()

describe('list', () => {
  it('keeps search, filter, sort and page in the URL', async () => {
    await open('/gallery/list')
    await rows().first().waitFor()
    await page.getByRole('button', { name: '户号 Account' }).click()
    await page.waitForURL(/sort=account/)
    await page.getByRole('searchbox').fill('海燕')
    await page.waitForURL(/q=/)
    await page.getByRole('button', { name: '筛选' }).click()
    await page.getByRole('menuitem', { name: '状态 State' }).click()
    await page.getByLabel('在用 Active').check()
    await page.waitForURL(/state=active/)
    await shot(page, 'list-filter')
    await checkAccessible(page, 'list with filter')
    const shown = await rows().count()
    const name = await firstName()
    await page.reload()
    await rows().first().waitFor()
    assert.equal(await rows().count(), shown)
    assert.equal(await firstName(), name)
    await page.getByRole('button', { name: '清除条件' }).click()
    await page.waitForFunction(() => !location.search.includes('state='))
    assert.match(page.url(), /sort=account/)
  })

  it('turns pages forth and back', async () => {
    await open('/gallery/list')
    await rows().first().waitFor()
    const first = await firstName()
    await page.getByRole('button', { name: '下一页' }).click()
    await page.waitForURL(/cursor=25/)
    await page.waitForFunction((name) => !document.querySelector('tbody .first')?.textContent.includes(name), first)
    await page.getByRole('button', { name: '上一页' }).click()
    await page.waitForFunction(() => !location.search.includes('cursor'))
    await page.waitForFunction((name) => document.querySelector('tbody .first')?.textContent.includes(name), first)
  })

  it('is walked, ticked and opened by keyboard', async () => {
    await open('/gallery/list')
    await rows().first().waitFor()
    await page.locator('.scroller').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.getByText('已选 1 条').waitFor()
    await checkAccessible(page, 'list with selection')
    await shot(page, 'list-selection')
    const name = (await rows().nth(1).locator('.first').textContent()).trim()
    await page.keyboard.press('Enter')
    await page.waitForURL(/gallery\/list\/p1/)
    assert.equal(await page.locator('main h1').textContent(), name)
  })

  it('asks before a bulk deed and offers to undo it', async () => {
    await open('/gallery/list')
    await rows().first().waitFor()
    await page.getByLabel('选择本页全部').check()
    await page.getByText('已选 25 条').waitFor()
    await page.getByRole('toolbar').getByRole('button', { name: /归档/ }).click()
    const dialog = page.getByRole('dialog', { name: /归档 25 条/ })
    await dialog.waitFor()
    await page.waitForTimeout(200)
    await checkAccessible(page, 'confirm')
    await shot(page, 'confirm')
    await dialog.getByRole('button', { name: '归档' }).click()
    await page.getByText('已归档 25 条').waitFor()
    await shot(page, 'toast')
    await page.getByRole('button', { name: '撤销' }).click()
    await page.getByText('已撤销').waitFor()
  })

  it('remembers columns and row height', async () => {
    await open('/gallery/list')
    await rows().first().waitFor()
    await page.getByRole('button', { name: '显示设置' }).click()
    await page.getByLabel('电话 Phone', { exact: true }).check()
    await page.getByText('紧凑').click()
    await checkAccessible(page, 'column chooser')
    await shot(page, 'columns')
    await page.keyboard.press('Escape')
    await page.reload()
    await page.getByRole('columnheader', { name: '电话 Phone' }).waitFor()
    assert.ok(await page.locator('table.compact').count())
  })

  it('says that nothing was found, and what to do', async () => {
    await open('/gallery/list?q=zzz')
    await page.getByText('没有符合条件的记录').waitFor()
    await shot(page, 'list-nothing')
    await page.getByRole('main').getByRole('button', { name: '清除条件' }).last().click()
    await rows().first().waitFor()
  })

  it('says what failed and tries again', async () => {
    fixture.state.fail = /people/
    await open('/gallery/list')
    await page.getByRole('alert').waitFor()
    await shot(page, 'list-error')
    await checkAccessible(page, 'list error')
    fixture.state.fail = null
    await page.getByRole('button', { name: '重试' }).click()
    await rows().first().waitFor()
  })

  it('shows an empty list with an action', async () => {
    fixture.state.people.length = 0
    await open('/gallery/list')
    await page.getByText('还没有人').waitFor()
    await shot(page, 'list-empty')
  })

  it('is cards on a phone, and nothing sticks out', async () => {
    await open('/gallery/list', { viewport: phone })
    await page.locator('.card .title').first().waitFor()
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    assert.equal(wide, false)
    await page.locator('.card .title').nth(2).click()
    await page.waitForURL(/gallery\/list\/p2/)
  })
})

describe('form', () => {
  const loaded = () => page.waitForFunction(() => document.querySelector('main input')?.value !== '')

  it('puts the server’s errors at their fields', async () => {
    await open('/gallery/form')
    await loaded()
    await page.getByLabel('名称 Name').fill('')
    await page.getByRole('button', { name: '保存' }).click()
    await page.locator('[aria-invalid=true]').waitFor()
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-invalid')), 'true')
    await checkAccessible(page, 'form with errors')
    await shot(page, 'form-errors')
    await page.getByLabel('名称 Name').fill('改好了')
    assert.equal(await page.locator('[aria-invalid=true]').count(), 0)
  })

  it('shows what somebody else changed and merges', async () => {
    await open('/gallery/form')
    await loaded()
    const theirs = fixture.state.people.find((p) => p.id === 'p1')
    Object.assign(theirs, { name: '别人改的', address: '新地址1号' })
    fixture.state.version++
    await page.getByLabel('名称 Name').fill('我改的')
    await page.getByRole('button', { name: '保存' }).click()
    const dialog = page.getByRole('dialog', { name: '记录已被他人修改' })
    await dialog.waitFor()
    await page.waitForTimeout(200)
    await checkAccessible(page, 'conflict')
    await shot(page, 'conflict')
    assert.ok(await dialog.getByRole('button', { name: '合并并保存' }).isDisabled())
    await dialog.getByText('我改的').click()
    await dialog.getByRole('button', { name: '合并并保存' }).click()
    await page.getByText('已保存 Saved').waitFor()
    assert.equal(theirs.name, '我改的')
    assert.equal(theirs.address, '新地址1号')
  })

  it('asks before unsaved changes are left', async () => {
    await open('/gallery/form')
    await loaded()
    await page.getByLabel('名称 Name').fill('没保存')
    await page.getByRole('link', { name: '首页' }).click()
    const dialog = page.getByRole('dialog', { name: /放弃未保存的修改/ })
    await dialog.getByRole('button', { name: '取消' }).click()
    assert.match(page.url(), /gallery\/form/)
    await page.getByRole('link', { name: '首页' }).click()
    await dialog.getByRole('button', { name: '放弃修改' }).click()
    await page.waitForURL((url) => url.pathname === '/')
  })
})

describe('record', () => {
  it('reveals a masked value, keeps the tab in the URL, follows a job', async () => {
    await open('/gallery/list/p3')
    await page.getByRole('button', { name: '显示电话' }).click()
    await page.getByText('13800005678').waitFor()
    await page.getByRole('tab', { name: /任务/ }).click()
    await page.waitForURL(/tab=work/)
    await page.getByText('已完成').waitFor()
    await checkAccessible(page, 'record')
  })

  it('refuses a file of the wrong kind before sending it', async () => {
    await open('/gallery/list/p3?tab=work')
    const input = page.locator('input[type=file]')
    await input.setInputFiles({ name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.from('x') })
    await page.getByText(/a\.pdf.*不受支持/).waitFor()
    await input.setInputFiles({ name: '客户.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b') })
    await page.getByText('客户.csv').waitFor()
    await shot(page, 'file')
  })
})

describe('charts', () => {
  it('load on their page only and have a table each', async () => {
    await open('/')
    const loaded = () => page.evaluate(() => performance.getEntriesByType('resource').some((r) => /echarts/.test(r.name)))
    assert.equal(await loaded(), false)
    await page.goto('/gallery/charts')
    await page.locator('figure.chart [_echarts_instance_] svg').first().waitFor()
    assert.equal(await loaded(), true)
    await page.getByRole('button', { name: '以表格查看' }).first().click()
    await page.getByRole('cell', { name: '0.493***' }).waitFor()
    await checkAccessible(page, 'charts')
  })

  it('print light, even from a dark screen', async () => {
    await open('/gallery/charts', { theme: 'dark' })
    await page.locator('figure.chart svg').first().waitFor()
    await page.evaluate(() => addEventListener('beforeprint', () => (window.printed = document.documentElement.dataset.theme)))
    await page.pdf({ path: new URL('../shots/charts.pdf', import.meta.url).pathname })
    assert.equal(await page.evaluate(() => window.printed), 'light')
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark')
  })
})
