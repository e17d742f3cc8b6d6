// Bulk changes on the demo company: previewed, made, looked at, taken back; of customers and of cases, by ticks and by filter.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { journeys, pick, ready } from '../lib/journey.mjs'
import { startServer } from '../lib/server.mjs'

const PASSWORD = 'zhiyin-demo'
const who = (login) => ({ login, password: PASSWORD })
const frame = journeys({ start: () => startServer({ args: ['--size', '400'] }) })

const dialog = (page) => page.getByRole('dialog').last()
const change = (page) => page.getByRole('toolbar', { name: '批量操作' }).getByRole('button', { name: '批量修改' })
const tickFirst = async (page, n) => {
  await ready(page)
  for (let i = 0; i < n; i++) await page.locator('tbody input[type=checkbox]').nth(i).check()
}

describe('bulk changes', () => {
  it('of ticked customers are previewed, made and taken back', async () => {
    const page = await frame.open(who('maintainer1001'), '/customers')
    await tickFirst(page, 3)
    await change(page).click()
    await checkAccessible(page, 'bulk change')
    await dialog(page).getByRole('textbox').first().fill('夏季回访')
    await page.keyboard.press('Enter')
    await dialog(page).getByRole('button', { name: '预览' }).click()
    await dialog(page).getByText('添加标签：夏季回访').waitFor()
    await checkAccessible(page, 'bulk preview')
    assert.equal(await page.locator('tbody').getByText('夏季回访').count(), 0)
    await dialog(page).getByRole('button', { name: '修改 3 条' }).click()
    await dialog(page).getByRole('button', { name: '撤销' }).waitFor()
    await page.locator('tbody').getByText('夏季回访').nth(2).waitFor()
    await checkAccessible(page, 'bulk outcome')
    await dialog(page).getByRole('button', { name: '撤销' }).click()
    await page.locator('tbody').getByText('夏季回访').first().waitFor({ state: 'detached' })
    await dialog(page).getByRole('button', { name: '查看明细' }).click()
    await page.getByRole('heading', { name: '添加标签：夏季回访' }).waitFor()
    await page.getByText('已撤销').first().waitFor()
    await checkAccessible(page, 'bulk page')
  })

  it('of all that match need one page ticked and one word more', async () => {
    const page = await frame.open(who('maintainer1001'), '/customers?kind=person')
    await ready(page)
    await page.getByRole('checkbox', { name: '选择本页全部' }).check()
    await page.getByRole('button', { name: '选择全部符合条件的' }).click()
    await page.getByText('已选全部符合条件的记录').waitFor()
    await change(page).click()
    await dialog(page).getByText('负责部门', { exact: true }).click()
    await pick(page, '负责部门', '营销部')
    await dialog(page).getByRole('button', { name: '预览' }).click()
    const button = dialog(page).getByRole('button', { name: /^修改 \d+ 条$/ })
    const n = Number((await button.textContent()).match(/\d+/)[0])
    assert.ok(n > 50, `${n} customers would change`)
    await button.click()
    await dialog(page).getByRole('button', { name: '撤销' }).waitFor()
    await dialog(page).getByRole('button', { name: '关闭' }).last().click()
    await page.goto('/bulk-changes')
    await page.getByRole('link', { name: '负责部门改为 营销部' }).click()
    await page.getByRole('button', { name: '撤销' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '撤销' }).click()
    await page.getByText('已撤销').first().waitFor()
    assert.equal(await page.getByRole('button', { name: '撤销' }).count(), 0)
  })

  it('of cases hand them on, name who is refused, and come back', async () => {
    const page = await frame.open(who('head1001'), '/cases?tab=all')
    await ready(page)
    await page.getByRole('checkbox', { name: '选择本页全部' }).check()
    await change(page).click()
    await dialog(page).getByText('指派', { exact: true }).click()
    await dialog(page).getByRole('combobox', { name: '责任人' }).click({ force: true })
    await page.getByRole('option').first().click()
    await dialog(page).getByRole('button', { name: '预览' }).click()
    await dialog(page).getByText('不能修改的原因').waitFor()
    await dialog(page).getByRole('button', { name: /^修改 \d+ 条$/ }).click()
    await dialog(page).getByRole('button', { name: '撤销' }).click()
    await dialog(page).getByText('撤销时保留').or(dialog(page).getByText('已撤销')).first().waitFor()
  })

  it('are not for who may only propose, but for tags', async () => {
    const page = await frame.open(who('clerk1001'), '/customers')
    await tickFirst(page, 1)
    await change(page).click()
    await dialog(page).getByRole('button', { name: '预览' }).waitFor()
    assert.equal(await dialog(page).getByRole('radio').count(), 0)
  })

  it('are at hand on a phone', async () => {
    const page = await frame.open(who('maintainer1001'), '/bulk-changes', { viewport: phone })
    await page.getByText('添加标签：年度走访').first().click()
    await page.getByRole('heading', { name: '添加标签：年度走访' }).waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true)
  })
})
