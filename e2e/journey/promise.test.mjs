// Promises on the real program: one beyond the floor is approved by the head, its time passes, it is kept late and stands in the figures; a case warns of what was promised in it.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { makeCases, handler } from '../lib/cases.mjs'
import { journeys } from '../lib/journey.mjs'
import { makePromises } from '../lib/promises.mjs'
import { PASSWORD, signIn } from '../lib/world.mjs'

const clerk = { login: 'wangfang', password: PASSWORD }
const head = { login: 'zhaolei', password: PASSWORD }
const countyAdmin = { login: 'chenyu', password: PASSWORD }
let asClerk
const frame = journeys({
  prepare: async (world) => {
    await makeCases(world)
    await makePromises(world)
    asClerk = await signIn(world.url, clerk)
    // One minute may be promised here, so that a journey sees it pass.
    const terms = { name_zh: '回电', name_en: 'Call back', unit: 'm', floor: 5, limit: 1, lead: '1m' }
    await world.call('PUT', `/promise-types/callback?org_id=${world.orgs[1001].id}`, terms, { 'If-Match': '"0"' })
  },
})
const button = (page, name) => page.getByRole('button', { name, exact: true })
const dialog = (page, name) => page.getByRole('dialog', { name })
const choose = async (page, within, field, option) => {
  await within.getByRole('combobox', { name: field }).click({ force: true })
  await page.getByRole('option', { name: option }).filter({ visible: true }).first().click()
}
const state = (page, name) => page.locator('main header').getByText(name, { exact: true }).waitFor()
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)

describe('a promise beyond the floor', () => {
  let path, number
  it('is made on the customer page and awaits the head', async () => {
    const page = await frame.open(clerk, `/customers/${frame.world.promises.customer}?tab=promises`)
    await page.getByText('五个工作日内书面答复您的更名申请').waitFor()
    await button(page, '登记承诺').click()
    const making = dialog(page, '登记承诺')
    await button(making, '登记承诺').click()
    await making.getByText('必填').first().waitFor()
    await choose(page, making, '承诺类型', '回电')
    await making.getByRole('spinbutton').fill('1')
    await making.getByText(/超出底线：部门主任批准后才算承诺/).waitFor()
    await making.getByText(/若现在批准，期限是/).waitFor()
    await checkAccessible(page, 'promise form')
    await making.getByLabel('对客户说的话').fill('一分钟内给您回电')
    await button(making, '提交审批').click()
    await making.getByText('必填').first().waitFor()
    await making.getByLabel('为什么要超出底线').fill('老人独居，担心停电')
    await button(making, '提交审批').click()
    await page.getByText(/已提交审批，批准前请勿告知客户/).waitFor()
    await page.getByText('一分钟内给您回电').waitFor()
    const all = (await asClerk('GET', '/promises?state=awaiting&type=callback')).body.items
    assert.equal(all.length, 1)
    path = `/promises/${all[0].id}`
    number = all[0].promise_no
  })

  it('is approved from the head’s tasks and counts from then', async () => {
    const page = await frame.open(head, '/tasks')
    await page.getByRole('link', { name: `审批承诺 ${number}（回电）` }).click()
    await state(page, '待审批')
    await page.getByText('老人独居，担心停电').waitFor()
    await button(page, '批准').click()
    await button(dialog(page, /批准/), '批准').click()
    await state(page, '履行中')
    await button(page, '解释期限').click()
    await dialog(page, '解释期限').getByText(/promise\.callback\.own@1 · 本公司设定/).waitFor()
    await checkAccessible(page, 'promise explained')
  })

  it('passes its time and is kept late, with what proves it', async () => {
    const page = await frame.open(clerk, path)
    await page.getByText(/逾期 \d+ 分钟/).waitFor({ timeout: 120_000 })
    await button(page, '记录兑现').click()
    const keeping = dialog(page, /记录兑现/)
    await button(keeping, '记录兑现').click()
    await keeping.getByText('必填').first().waitFor()
    await keeping.getByLabel('兑现凭据').fill('通话录音 0899')
    await button(keeping, '记录兑现').click()
    await state(page, '逾期兑现')
    await page.getByText('通话录音 0899').waitFor()
    await checkAccessible(page, 'promise kept late')
    await page.goto(`/customers/${frame.world.promises.customer}?tab=timeline`)
    await page.getByText(`逾期兑现承诺 ${number}`).waitFor()
  })

  it('stands in the figures, which lead to it', async () => {
    const page = await frame.open(head, '/promise-figures?by=type')
    const row = page.getByRole('row', { name: /^回电/ })
    await row.waitFor()
    await checkAccessible(page, 'promise figures')
    await row.getByRole('link').nth(2).click()
    await page.getByRole('link', { name: '一分钟内给您回电' }).waitFor()
    assert.match(page.url(), /state=late/)
  })
})

describe('promises elsewhere', () => {
  it('are warned of when their case is answered', async () => {
    const page = await frame.open(handler, `/cases/${frame.world.cases.worked}`)
    await page.getByText('明天上门核对停电原因').waitFor()
    await button(page, '答复客户').click()
    await dialog(page, /答复客户/).getByText('本工单还有 1 项承诺没有兑现：').waitFor()
    await checkAccessible(page, 'case with open promise')
  })

  it('have their floor set by the company, from a day on', async () => {
    const page = await frame.open(countyAdmin, '/promise-types')
    await button(page, '修改“书面答复”').click()
    const typing = dialog(page, '修改承诺类型')
    await typing.getByLabel('上限：经审批的最短时间').fill('9')
    await button(typing, '保存').click()
    await typing.getByText('底线不能比上限更优惠。').waitFor()
    await typing.getByLabel('上限：经审批的最短时间').fill('2')
    await button(typing, '保存').click()
    await page.getByText('promise.answer.own@1').waitFor()
    await checkAccessible(page, 'promise types')
  })

  it('fit on a phone', async () => {
    const page = await frame.open(clerk, `/promises/${frame.world.promises.open}`, { viewport: phone })
    await state(page, '履行中')
    assert.ok(await fits(page))
  })
})
