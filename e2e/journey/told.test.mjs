// What customers are told by message: rules and address set, a case that moves, switched off for one case, and the code told on paper.
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { addHandlers, handler, register, step } from '../lib/cases.mjs'
import { sendThrough, startGateway } from '../lib/gateway.mjs'
import { journeys, pick } from '../lib/journey.mjs'
import { PASSWORD, signIn } from '../lib/world.mjs'

const clerk = { login: 'wangfang', password: PASSWORD }
const head = { login: 'zhaolei', password: PASSWORD }
let gateway, asClerk, asHandler, unit_id
const frame = journeys({ prepare })
after(() => gateway?.stop())

async function prepare(world) {
  gateway = await startGateway()
  await addHandlers(world)
  await sendThrough(gateway, world.call, world.orgs[1001].id)
  ;[asClerk, asHandler] = await Promise.all([clerk, handler].map((p) => signIn(world.url, p)))
  unit_id = world.orgs[100102].id
}
const button = (page, name) => page.getByRole('button', { name, exact: true })
const told = (page) => page.getByRole('region', { name: '消息通知' })
const caller = (text, more) => ({ unit_id, text, title: text.slice(0, 8), caller_name: '周明', caller_phone: '15400009903', ...more })

describe('a company', () => {
  it('says where its portal is, and when customers are told what', async () => {
    const portal = await frame.open(head, '/portal-settings')
    await button(portal, '开通').click()
    await button(portal, '修改地址').click()
    await portal.getByLabel('客户访问地址').fill('http://fw.example.com')
    await button(portal.getByRole('dialog'), '保存').click()
    await portal.getByText(/须是以 https:\/\/ 开头的地址/).first().waitFor()
    await checkAccessible(portal, 'portal address refused')
    await portal.getByLabel('客户访问地址').fill('https://fw.example.com')
    await button(portal.getByRole('dialog'), '保存').click()
    await portal.getByRole('link', { name: 'https://fw.example.com/service/' }).waitFor()

    const page = await frame.open(head, '/case-settings?tab=notices')
    await page.getByText('默认关闭，开启前请先', { exact: false }).waitFor()
    await checkAccessible(page, 'rules of messages')
    await page.locator('.el-switch').click()
    await pick(page, '到达现场 模板', '工单进展')
    await button(page, '保存').click()
    await page.getByText('已保存').first().waitFor()
    await page.reload()
    assert.ok(await page.getByRole('switch', { name: '工单流转时给客户发消息' }).isChecked())
  })
})

describe('a customer', () => {
  it('is told of each move once, and the case page says so', async () => {
    const from = gateway.texts.length
    let of = await register(asClerk, caller('昨晚停电四小时，没有通知。'))
    const [, code] = await gateway.next(new RegExp(`周明，您的诉求已受理，单号${of.case_no}，.*查询码(\\w{8})`), from)
    const page = await frame.open(handler, `/cases/${of.id}`)
    await told(page).getByText('已发出').waitFor()
    await told(page).getByText('154****9903').first().waitFor()
    await button(page, '接单').click()
    await button(page.getByRole('dialog'), '接单').click()
    await told(page).getByText('工单进展').waitFor()
    await checkAccessible(page, 'case whose customer was told')

    const slip = await frame.open(clerk, `/cases/${of.id}/slip`)
    await slip.getByText(`${code.slice(0, 4)} ${code.slice(4)}`).waitFor()
    await slip.getByText('https://fw.example.com/service/progress').waitFor()
    await checkAccessible(slip, 'look-up code on paper')
    const narrow = await frame.open(clerk, `/cases/${of.id}/slip`, { viewport: phone })
    assert.ok(await narrow.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'the slip is wider than the phone')
    of = (await asHandler('GET', `/cases/${of.id}`)).body
    await asHandler('GET', `/cases/${of.id}/notices`)
    assert.equal(gateway.texts.filter((text) => text.includes(of.case_no) && text.includes('已受理')).length, 1, 'told twice')
  })

  it('is told once when the program is killed as he is registered', async () => {
    const killed = await register(asClerk, caller('程序被杀之前登记的。'))
    await frame.world.crash()
    ;[asClerk, asHandler] = await Promise.all([clerk, handler].map((p) => signIn(frame.world.url, p)))
    await gateway.next(new RegExp(killed.case_no), 0)
    const after = await register(asClerk, caller('重新启动以后登记的。'))
    await gateway.next(new RegExp(after.case_no), 0)
    assert.equal(gateway.texts.filter((text) => text.includes(killed.case_no)).length, 1)
    const page = await frame.open(handler, `/cases/${killed.id}`)
    await told(page).getByText('已发出').waitFor()
  })

  it('is not told once it is switched off for his case, and not of one from the regulator', async () => {
    let of = await register(asClerk, caller('电表走得太快。'))
    await gateway.next(new RegExp(of.case_no), 0)
    const page = await frame.open(handler, `/cases/${of.id}`)
    await button(told(page), '本工单不再发消息').click()
    await page.getByText('本工单不再给客户发消息，待发的已停止').waitFor()
    await told(page).getByText('本工单已关闭消息。').waitFor()
    of = (await asHandler('GET', `/cases/${of.id}`)).body
    of = await step(asHandler, of, 'accept')
    of = await step(asHandler, of, 'resolve', { answer: '已校验。' })
    const quiet = await register(asClerk, caller('对办理时限有意见，不要打电话。', { channel: 'h12398' }))
    const regulator = await frame.open(handler, `/cases/${quiet.id}`)
    await told(regulator).getByText('按设置，这个渠道来的工单不给客户发消息。').waitFor()
    const other = await register(asClerk, caller('最后一件。'))
    await gateway.next(new RegExp(other.case_no), 0)
    assert.equal(gateway.texts.filter((text) => text.includes(of.case_no)).length, 1)
    assert.equal(gateway.texts.filter((text) => text.includes(quiet.case_no)).length, 0)
  })
})
