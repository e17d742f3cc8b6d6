// Time on the real program, whose clock is set: a complaint whose clock stands still over the Spring Festival, and one that
// is told upward before its limit is missed.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { addHandlers, handler, register, step } from '../lib/cases.mjs'
import { journeys } from '../lib/journey.mjs'
import { PASSWORD, signIn, startWorld } from '../lib/world.mjs'

const clerk = { login: 'wangfang', password: PASSWORD }
const head = { login: 'zhaolei', password: PASSWORD }
const THURSDAY = '2026-02-12T10:00:00+08:00'
const frame = journeys({ start: () => startWorld({ now: THURSDAY }), prepare: addHandlers })

const button = (page, name) => page.getByRole('button', { name, exact: true })
const dialog = (page, name) => page.getByRole('dialog', { name })
const state = (page, name) => page.locator('main header').getByText(name, { exact: true }).waitFor()
const limits = (page) => page.getByRole('region', { name: '时限' })
const choose = async (page, within, field, option) => {
  await within.getByRole('combobox', { name: field }).click({ force: true })
  await page.getByRole('option', { name: option }).filter({ visible: true }).first().click()
}

describe('a complaint by telephone over a holiday', () => {
  it('goes from intake to verdict, and its limit moves as the calendar says', async () => {
    const page = await frame.open(clerk, '/cases/new')
    await page.keyboard.press('Alt+2')
    await page.getByLabel('来电号码').fill('15400009902')
    await page.getByLabel('来电人姓名').fill('周明')
    await choose(page, page, '分类', /停送电/)
    await page.getByLabel('诉求内容').fill('昨晚停电四小时，事前没有通知。')
    await page.getByLabel('诉求内容').press('Control+Enter')
    await state(page, '已登记')
    const path = new URL(page.url()).pathname
    // Four working days from 12 February: the 13th, Saturday the 14th (worked), then nine days off, the 24th and 25th.
    await limits(page).getByText('2026-02-25 23:59').waitFor()

    const lead = await frame.open(head, path)
    await button(lead, '派单').click()
    await choose(lead, dialog(lead, /派单/), '承办单位', '客户服务中心')
    await button(dialog(lead, /派单/), '派单').click()
    await state(lead, '已派单')

    const friday = '2026-02-13T09:30:00+08:00'
    await frame.world.restart(friday)
    const work = await frame.open(handler, path)
    await button(work, '接单').click()
    await button(dialog(work, /接单/), '接单').click()
    await state(work, '处理中')
    await button(work, '暂停').click()
    const pausing = dialog(work, /暂停/)
    await pausing.getByLabel('原因').fill('客户回老家过年，节后提供设备型号')
    await pausing.getByLabel('凭据').fill('通话录音 031')
    await button(pausing, '暂停').click()
    await state(work, '已暂停')
    await limits(work).getByText('已暂停').first().waitFor()

    const after = '2026-02-24T09:00:00+08:00'
    await frame.world.restart(after)
    const back = await frame.open(handler, path)
    await button(back, '恢复办理').click()
    await button(dialog(back, /恢复办理/), '恢复办理').click()
    await state(back, '处理中')
    // Neither the 14th, which begins in the pause, nor the 24th, on which it ends, is counted: the 13th, 25th, 26th and 27th are.
    await limits(back).getByText('2026-02-27 23:59').waitFor()
    await limits(back).getByText('2026-02-28 23:59').waitFor() // the law's fifth day is a Saturday that is worked
    await button(back, '时限怎么算的').click()
    const explained = dialog(back, '时限怎么算的')
    await explained.getByText(/暂停计时/).first().waitFor()
    for (const days of await explained.locator('summary').all()) await days.click()
    await explained.getByText(/春节/).first().waitFor()
    await checkAccessible(back, 'a limit over a holiday explained')
    await back.keyboard.press('Escape')
    await button(back, '答复客户').click()
    const answering = dialog(back, /答复客户/)
    await answering.getByLabel('对客户的答复').fill('停电系线路故障，今后计划停电会提前短信通知。')
    await button(answering, '答复客户').click()
    await state(back, '待回访')
    await button(back, '记录评价').click()
    await button(dialog(back, /记录评价/), '记录评价').click()
    await state(back, '已办结')
  })
})

describe('a limit that is near', () => {
  it('is told to owner and team before it is missed, and to the leader when it is', async () => {
    const monday = '2026-03-02T09:00:00+08:00'
    await frame.world.restart(monday)
    const [asClerk, asHandler] = await Promise.all([clerk, handler].map((p) => signIn(frame.world.url, p)))
    let of = await register(asClerk, { unit_id: frame.world.orgs[100102].id, text: '电费账单算错了。', title: '账单有误' })
    of = await step(asHandler, of, 'accept')

    const evening = '2026-03-03T05:30:00+08:00' // 24 hours for calling back, of which 85 % are over
    await frame.world.restart(evening)
    const owner = await frame.open(handler, '/tasks')
    await owner.getByText(`投诉工单 ${of.case_no} 的“联系客户”时限已用 80%`).waitFor()
    const mate = await frame.open({ login: 'machao', password: PASSWORD }, '/tasks')
    await mate.getByText(`投诉工单 ${of.case_no} 的“联系客户”时限已用 80%`).waitFor()
    const leader = await frame.open(head, '/tasks')
    assert.equal(await leader.getByText(of.case_no).count(), 0, 'the leader is told before the limit is missed')

    const missed = '2026-03-03T09:01:00+08:00'
    await frame.world.restart(missed)
    const told = await frame.open(head, '/tasks')
    await told.getByRole('link', { name: new RegExp(`${of.case_no} 的“联系客户”已超时`) }).click()
    await told.getByRole('heading', { level: 1, name: '账单有误' }).waitFor()
    await told.getByText('时限提醒：联系客户时限已用 80%').waitFor()
    await told.getByText('时限提醒：联系客户已超时').waitFor()
    await checkAccessible(told, 'a case told upward')
  })
})

describe('the digest of a morning', () => {
  it('is told to the head, and holds what was said', async () => {
    const page = await frame.open(head, '/tasks')
    await page.getByRole('link', { name: '查看 2026-03-03 客户原声日报（1 件）' }).click()
    await page.getByRole('heading', { level: 1, name: '客户原声日报' }).waitFor()
    await page.getByText('电费账单算错了。').waitFor()
    assert.equal(await page.getByText('昨晚停电四小时').count(), 0, 'what was said before is of another day')
    await checkAccessible(page, 'digest')
  })
})
