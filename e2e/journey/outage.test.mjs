// A failure of supply on the real program: two reports become one outage, a crew goes, supply is back, both cases wait for their call-back and each customer is told once.
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { handler, makeCases } from '../lib/cases.mjs'
import { sendThrough, startGateway } from '../lib/gateway.mjs'
import { journeys } from '../lib/journey.mjs'
import { makeNetwork, reportFault } from '../lib/outages.mjs'
import { PASSWORD, signIn } from '../lib/world.mjs'

const clerk = { login: 'wangfang', password: PASSWORD }
const head = { login: 'zhaolei', password: PASSWORD }
const gateway = await startGateway()
after(() => gateway.stop())
let asHead, first, second
const frame = journeys({
  prepare: async (world) => {
    await makeCases(world)
    await makeNetwork(world)
    await sendThrough(gateway, world.call, world.orgs[1001].id)
    asHead = await signIn(world.url, head)
    // Whatever the hour: the quiet hours are one minute, half a day from now.
    const clock = (minutes) => new Date(Date.now() + minutes * 60_000).toLocaleTimeString('en-GB', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' })
    const notices = await asHead('GET', `/case-notices?org_id=${world.orgs[1001].id}`)
    await asHead('PUT', `/case-notices?org_id=${world.orgs[1001].id}`, { ...notices.body.value, quiet_from: clock(720), quiet_to: clock(721) }, { 'If-Match': notices.etag })
    const asClerk = await signIn(world.url, clerk)
    first = await reportFault(asClerk, world.net.tao, '整栋楼停电，楼下变压器有焦味。')
    second = await reportFault(asClerk, world.net.lu, '家里突然没电了，隔壁也没电。')
  },
})
const button = (page, name) => page.getByRole('button', { name, exact: true })
const card = (page) => page.getByRole('region', { name: '停电事件', exact: true })
const dialog = (page, name) => page.getByRole('dialog', { name })
const state = (page, name) => page.locator('main header').getByText(name, { exact: true }).waitFor()
const choose = async (page, within, field, option) => {
  await within.getByRole('combobox', { name: field }).click({ force: true })
  await page.getByRole('option', { name: option }).filter({ visible: true }).first().click()
}

describe('a failure of supply', () => {
  let path
  it('is put down from its first report, where the customer is supplied', async () => {
    const page = await frame.open(clerk, `/cases/${first.id}`)
    await card(page).getByText('这位客户的供电路径上没有正在抢修的停电事件。').waitFor()
    await button(card(page), '登记停电事件').click()
    await card(page).getByRole('radio', { name: /东街台区.*台区 · 2 户/ }).waitFor()
    await checkAccessible(page, 'outage from a case')
    await button(card(page), '登记停电事件').click()
    await page.getByText(/停电事件 TD1001-\d+-0001 已登记/).waitFor()
    await card(page).getByText('还没有派人').waitFor()
  })

  it('is offered to the next report, which joins it by one key, and leaves by undo', async () => {
    const page = await frame.open(clerk, `/cases/${second.id}`)
    await card(page).getByText('这位客户所在的线路正在抢修：').waitFor()
    await checkAccessible(page, 'outage offered')
    await page.keyboard.press('f')
    await page.getByText(/已归入停电事件 TD1001/).waitFor()
    await button(page, '撤销').click()
    await card(page).getByText('这位客户所在的线路正在抢修：').waitFor()
    await button(card(page), /归入停电事件/).click()
    await page.getByText(/已归入停电事件 TD1001/).first().waitFor()
  })

  it('gets a crew, which arrives', async () => {
    const page = await frame.open(handler, '/outages')
    await page.getByRole('link', { name: '东街台区' }).click()
    await state(page, '待派工')
    path = new URL(page.url()).pathname
    await page.getByRole('region', { name: '报修工单（2）' }).getByText(first.case_no).waitFor()
    await page.keyboard.press('a')
    const sending = dialog(page, /派工/)
    await button(sending, '派工').click()
    await sending.getByText('必填').first().waitFor()
    await sending.getByLabel('抢修班组').fill('抢修一班')
    await button(sending, '派工').click()
    await state(page, '已派工')
    await button(page, '到达现场').click()
    await button(dialog(page, /到达现场/), '到达现场').click()
    await state(page, '抢修中')
    await page.getByRole('region', { name: '抢修时限' }).getByText('已完成').first().waitFor()
  })

  it('is restored: both cases wait for their call-back and each customer is told once', async () => {
    const page = await frame.open(handler, path)
    await button(page, '恢复供电').click()
    const ending = dialog(page, /恢复供电/)
    await choose(page, ending, '停电原因', '设备老化')
    await ending.getByLabel('现场情况').fill('低压熔丝烧断。')
    await checkAccessible(page, 'outage restored by')
    const told = gateway.texts.length
    await button(ending, '恢复供电').click()
    await state(page, '已复电')
    await page.getByText('客户告知完毕，共发 2 条短信').waitFor()
    await gateway.next(/东街台区已于.*恢复供电，停电原因：设备老化/, told)
    for (const c of [first, second]) assert.equal((await asHead('GET', `/cases/${c.id}`)).body.state, 'resolved')
    await button(page, '归档').click()
    await button(dialog(page, /归档/), '归档').click()
    await state(page, '已归档')
    await checkAccessible(page, 'outage closed')
    assert.equal(gateway.texts.slice(told).filter((t) => t.includes('恢复供电')).length, 2)
  })

  it('stands on the timeline of the customer and in the history of the district', async () => {
    const page = await frame.open(head, `/customers/${frame.world.net.lu.customer}?tab=timeline`)
    await page.getByText(/东街台区停电已恢复（TD1001.*），原因：设备老化/).waitFor()
    const { items } = (await asHead('GET', `/equipment-conditions?node_id=${frame.world.net.east}`)).body
    assert.equal(items.filter((c) => c.kind === 'fault' && c.finding.includes('低压熔丝烧断')).length, 1)
  })

  it('fits on a phone', async () => {
    const page = await frame.open(head, path, { viewport: phone })
    await state(page, '已归档')
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
  })
})
