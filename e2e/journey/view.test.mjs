// Views of a list on the demo company: kept, shared, pinned, the default, changed, removed and brought back.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { journeys, ready } from '../lib/journey.mjs'
import { startServer } from '../lib/server.mjs'

const PASSWORD = 'zhiyin-demo'
const who = (login) => ({ login, password: PASSWORD })
const frame = journeys({ start: () => startServer({ args: ['--size', '400'] }) })

const menu = (page) => page.getByRole('button', { name: /^视图/ })
const choose = async (page, item) => {
  await menu(page).click()
  await page.getByRole('menu').getByText(item, { exact: true }).click()
}
const rows = async (page) => {
  await ready(page)
  return page.locator('tbody tr').allTextContents()
}

describe('views', () => {
  it('are kept with filters, order and columns, and shared with the company', async () => {
    const page = await frame.open(who('head1001'), '/customers?kind=organisation&sort=name')
    await page.getByRole('button', { name: '显示设置' }).click()
    await page.getByRole('checkbox', { name: '客户经理' }).check()
    await page.keyboard.press('Escape')
    await choose(page, '另存为新视图…')
    await page.getByLabel('名称').fill('单位客户')
    await page.getByRole('combobox', { name: '共享给' }).click({ force: true })
    await page.getByRole('option').first().click()
    await checkAccessible(page, 'view dialog')
    await page.getByRole('button', { name: '保存', exact: true }).click()
    await page.getByText('已保存视图“单位客户”').waitFor()
    assert.match(page.url(), /view_id=[0-9a-f-]{36}.*kind=organisation/)
    const seen = await rows(page)

    const other = await frame.open(who('agent1001'), '/customers')
    await menu(other).click()
    await other.getByRole('menu').getByText(/^由.+共享$/).waitFor()
    await checkAccessible(other, 'view menu')
    await other.getByRole('menuitemradio', { name: /单位客户/ }).click()
    await other.getByRole('columnheader', { name: '客户经理' }).waitFor()
    assert.equal((await rows(other)).length, seen.length)
    await menu(other).click()
    assert.equal(await other.getByRole('menuitem', { name: '名称与共享…' }).count(), 0)
  })

  it('are pinned, opened by default, changed, and brought back after removal', async () => {
    const page = await frame.open(who('clerk1001'), '/customers?kind=person')
    await choose(page, '另存为新视图…')
    await page.getByLabel('名称').fill('居民')
    await page.keyboard.press('Control+Enter')
    await page.getByText('已保存视图“居民”').waitFor()
    await choose(page, '置顶')
    await page.getByRole('group', { name: '置顶的视图' }).getByRole('button', { name: '居民' }).waitFor()
    await choose(page, '打开列表时默认使用')
    await page.getByText('打开列表时将默认使用“居民”').waitFor()

    await page.goto('/customers')
    await page.waitForURL(/view_id=.*kind=person/)
    await page.getByRole('button', { name: '移除条件：类型' }).click()
    await page.getByRole('button', { name: /^视图/ }).getByText('已改动').waitFor()
    await choose(page, '放弃改动')
    await page.waitForURL(/kind=person/)
    await choose(page, '全部')
    await page.waitForURL(/view_id=all/)
    await page.getByRole('button', { name: '居民', exact: true }).click()
    await page.waitForURL(/kind=person/)
    await page.getByRole('columnheader', { name: '名称' }).getByRole('button').click()
    await choose(page, '保存改动')
    await page.getByText('已保存对“居民”的改动').waitFor()
    await choose(page, '删除')
    await page.getByText('已删除视图“居民”').waitFor()
    await page.waitForURL((to) => !to.search.includes('view_id'))
    await page.getByRole('button', { name: '撤销' }).last().click()
    await page.waitForURL(/view_id=.*kind=person.*sort=name|view_id=.*sort=name.*kind=person/)
  })

  it('are at hand on a phone', async () => {
    const page = await frame.open(who('agent1001'), '/customers', { viewport: phone })
    await choose(page, '单位客户')
    await page.waitForURL(/kind=organisation/)
    await checkAccessible(page, 'list by a view, phone')
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true)
  })
})
