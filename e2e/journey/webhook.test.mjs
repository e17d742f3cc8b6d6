// Webhooks on the real program: subscribed in the companies that were chosen, told of a case, tested, sent again, paused, removed.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { register } from '../lib/cases.mjs'
import { journeys } from '../lib/journey.mjs'
import { admin, PASSWORD, signIn, startWorld } from '../lib/world.mjs'

const came = []
const receiver = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  came.push({ signature: request.headers['webhook-signature'], ...JSON.parse(body) })
  response.end()
})
let address, asClerk
const frame = journeys({ start: () => startWorld({ args: ['--webhook-inside', '127.0.0.0/8'] }), prepare })
after(() => new Promise((resolve) => receiver.close(resolve)))

async function prepare(world) {
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${receiver.address().port}/hook`
  asClerk = await signIn(world.url, { login: 'wangfang', password: PASSWORD })
}
const button = (page, name) => page.getByRole('button', { name, exact: true })
const dialog = (page) => page.getByRole('dialog').last()

describe('webhooks', () => {
  it('are subscribed in the companies one chooses, and not in the first there is', async () => {
    const page = await frame.open(admin, '/webhooks')
    await button(page, '新建订阅').click()
    await dialog(page).getByLabel('名称').fill('调度系统')
    await dialog(page).getByLabel('网址').fill(address)
    await dialog(page).getByText('全部 工单', { exact: true }).click()
    await button(dialog(page), '保存').click()
    await dialog(page).getByText('必填').first().waitFor()
    await checkAccessible(page, 'webhook without an organisation')
    await dialog(page).getByRole('combobox', { name: /单位/ }).click()
    await page.getByRole('treeitem', { name: /云州供电公司/ }).click()
    await page.getByText('将在其下 2 家公司各建一个订阅', { exact: false }).waitFor()
    await button(dialog(page), '保存').click()
    await page.getByText(/只显示这一次/).first().waitFor()
    await checkAccessible(page, 'webhook secret')
    await page.keyboard.press('Escape')
    const rows = page.getByRole('link', { name: '调度系统' })
    await rows.nth(1).waitFor()
    assert.equal(await rows.count(), 2)
    await page.getByText('全部 工单').first().waitFor()
    assert.equal(await page.getByText('case.*').count(), 0, 'kinds are shown as codes')
    for (const company of ['清河公司', '临江公司']) await page.getByRole('cell', { name: company }).first().waitFor()
    await checkAccessible(page, 'webhooks')
  })

  it('are told of a case, tested, sent again, paused and removed', async () => {
    const of = await register(asClerk, { unit_id: frame.world.orgs[100102].id, text: '窗口排队太久。' })
    const mine = (await frame.world.call('GET', `/webhooks?org_id=${frame.world.orgs[1001].id}`)).body.items[0]
    const page = await frame.open(admin, `/webhooks/${mine.id}`)
    await page.getByText('已送达').first().waitFor()
    const event = came.find((e) => e.type === 'case.create')
    assert.equal(event.data.case_no, of.case_no)
    assert.match(event.signature, /^v1,/)
    await button(page, '发送测试').click()
    await page.getByRole('button', { name: '测试', exact: true }).first().waitFor()
    await page.getByRole('button', { name: '工单登记' }).click()
    await checkAccessible(page, 'webhook delivery')
    await button(dialog(page), '重新推送').click()
    await page.getByText('已放入推送').first().waitFor()
    await button(page, '修改').click()
    await dialog(page).locator('.el-switch').click()
    await button(dialog(page), '保存').click()
    await page.locator('main header').getByText('暂停', { exact: true }).waitFor()
    await checkAccessible(page, 'webhook')
    const narrow = await frame.open(admin, `/webhooks/${mine.id}`, { viewport: phone })
    assert.ok(await narrow.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the webhook is wider than the phone')
    await button(page, '更多').click()
    await page.getByRole('menuitem', { name: /删除/ }).click()
    await button(dialog(page), '删除').click()
    await page.waitForURL(/\/webhooks$/)
    assert.equal((await frame.world.call('GET', `/webhooks?org_id=${frame.world.orgs[1001].id}`)).body.items.length, 0)
    assert.equal((await frame.world.call('GET', `/webhooks?org_id=${frame.world.orgs[1002].id}`)).body.items.length, 1, 'that of another company is gone, too')
  })
})
