// Service incidents on the real program: opened from a case, reported, investigated, put right and closed one level higher; counted by who is responsible.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { handler, makeCases } from '../lib/cases.mjs'
import { makeIncidents } from '../lib/incidents.mjs'
import { journeys } from '../lib/journey.mjs'
import { addUser, PASSWORD } from '../lib/world.mjs'

const clerk = { login: 'wangfang', password: PASSWORD }
const head = { login: 'zhaolei', password: PASSWORD }
const own = { login: 'luoping', password: PASSWORD }
const frame = journeys({
  prepare: async (world) => {
    await makeCases(world)
    await makeIncidents(world)
    // A head at home in the unit itself: of the same level, whatever he may.
    world.users.luoping = await addUser(world, { login: 'luoping', name: '罗平', role: 'head', at: '1001', home: '100102' })
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
/** Takes a step that asks for one text. */
async function say(page, step, field, text) {
  await button(page, step).click()
  const asking = dialog(page, new RegExp(`^${step}`))
  await asking.getByLabel(field).fill(text)
  await button(asking, step).click()
  await asking.waitFor({ state: 'hidden' })
}

describe('a service incident', () => {
  let path
  it('is opened on the page of its case', async () => {
    const page = await frame.open(handler, `/cases/${frame.world.cases.resolved}`)
    await button(page, '登记服务事故').click()
    const making = dialog(page, '登记服务事故')
    await button(making, '登记服务事故').click()
    await making.getByText('必填').first().waitFor()
    await choose(page, making, '等级', '较大')
    await making.getByText(/获知后 12 小时内上报，最高报到市公司/).waitFor()
    await making.getByLabel('标题').fill('账单寄错地址，泄露客户用电信息')
    await making.getByLabel('事故经过').fill('三个月的账单寄到隔壁，被拆开。')
    await checkAccessible(page, 'incident form')
    await button(making, '登记服务事故').click()
    await page.getByText(/服务事故 SG1001-\d{8}-\d{4} 已登记/).waitFor()
    await page.getByRole('link', { name: /^SG1001/ }).click()
    await state(page, '待上报')
    await page.getByText(/上报剩 1\d 小时/).waitFor()
    path = new URL(page.url()).pathname
  })

  it('is reported upward, investigated, and given measures', async () => {
    const page = await frame.open(handler, path)
    await say(page, '上报', '说明', '已电话报告值班领导')
    await state(page, '调查中')
    await button(page, '认定责任').click()
    const concluding = dialog(page, /^认定责任/)
    assert.equal(await concluding.getByRole('combobox', { name: '责任人' }).count(), 0, 'who is responsible is for those who may name him')
    await concluding.getByLabel('原因').fill('录入时看错门牌号，没有复核。')
    await button(concluding, '认定责任').click()
    await state(page, '整改中')
    await button(page, '增加措施').click()
    const planning = dialog(page, /^增加措施/)
    await planning.getByLabel('措施').fill('账单地址双人复核')
    await choose(page, planning, '责任人', '王芳')
    await planning.getByLabel('完成期限').fill(new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10))
    await page.keyboard.press('Enter')
    await button(planning, '增加措施').click()
    await page.getByText('1. 账单地址双人复核').waitFor()
    await checkAccessible(page, 'incident with measure')
  })

  it('has its measure taken from the inbox of who takes it', async () => {
    const page = await frame.open(clerk, '/tasks')
    await page.getByRole('link', { name: /完成服务事故 SG1001-\d{8}-\d{4} 的第 1 项整改措施/ }).first().click()
    await page.getByText('账单地址双人复核').waitFor()
    await button(page, '记录完成：第 1 项').click()
    const keeping = dialog(page, /^记录完成/)
    await keeping.getByLabel('完成情况和凭据').fill('复核单已启用')
    await button(keeping, '记录完成').click()
    await page.getByText('按期完成').waitFor()
  })

  it('is not closed by its own level, and is by the higher one', async () => {
    const asHandler = await frame.open(handler, path)
    await say(asHandler, '提交结案', '说明', '措施落实')
    await state(asHandler, '待结案')
    await asHandler.getByText('等上级单位审核结案。').waitFor()
    const same = await frame.open(own, path)
    await same.getByText('等上级单位审核结案。').waitFor()
    assert.equal(await button(same, '结案').count(), 0)
    const page = await frame.open(head, '/tasks')
    await page.getByRole('link', { name: /审核结案：服务事故/ }).first().waitFor()
    await page.goto(path)
    await say(page, '结案', '结案意见', '措施到位，同意结案')
    await state(page, '已结案')
    await page.getByText('措施到位，同意结案').waitFor()
    await checkAccessible(page, 'incident closed')
  })

  it('stands in the figures, which lead to it', async () => {
    const page = await frame.open(head, '/incident-figures')
    const row = page.getByRole('row', { name: /^客户服务中心/ })
    await row.waitFor()
    await checkAccessible(page, 'incident figures')
    await row.getByRole('link').first().click()
    await page.getByRole('link', { name: '账单寄错地址，泄露客户用电信息' }).waitFor()
    assert.match(page.url(), /responsible_id=/)
  })
})

describe('service incidents', () => {
  it('have their grades and times to be read', async () => {
    const page = await frame.open(clerk, '/incidents?tab=all')
    await button(page, '等级和上报时限').click()
    await dialog(page, '等级和上报时限').getByText('incident.major@1').waitFor()
    await checkAccessible(page, 'incident grades')
  })

  it('fit on a phone', async () => {
    const page = await frame.open(handler, `/incidents/${frame.world.incidents.concluded}`, { viewport: phone })
    await state(page, '整改中')
    assert.ok(await fits(page))
  })
})
