// Cases on the real program: a complaint by telephone to its verdict, one opened again, two people at once, on a phone.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { addHandlers, handler, register, step } from '../lib/cases.mjs'
import { journeys, ready } from '../lib/journey.mjs'
import { PASSWORD, signIn } from '../lib/world.mjs'

const clerk = { login: 'wangfang', password: PASSWORD }
const head = { login: 'zhaolei', password: PASSWORD }
const colleague = { login: 'machao', password: PASSWORD }
const frame = journeys({ prepare })
let asClerk, asHandler, unit_id

async function prepare(world) {
  await addHandlers(world)
  ;[asClerk, asHandler] = await Promise.all([clerk, handler].map((p) => signIn(world.url, p)))
  unit_id = world.orgs[100102].id
}
const button = (page, name) => page.getByRole('button', { name, exact: true })
const dialog = (page, name) => page.getByRole('dialog', { name })
const choose = async (page, within, field, option) => {
  await within.getByRole('combobox', { name: field }).click({ force: true })
  await page.getByRole('option', { name: option }).filter({ visible: true }).first().click()
}
const state = (page, name) => page.locator('main header').getByText(name, { exact: true }).waitFor()
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)

describe('a complaint by telephone', () => {
  it('goes from intake by keyboard to the verdict, with a pause', async () => {
    const page = await frame.open(clerk, '/cases/new')
    await page.keyboard.press('Alt+2')
    assert.ok(await page.getByRole('radio', { name: /^投诉/ }).isChecked())
    await page.getByText('先稳住情绪，再弄清事实。').waitFor()
    await page.getByLabel('来电号码').fill('15400009901')
    await page.getByLabel('来电人姓名').fill('周明')
    await choose(page, page, '分类', /停送电/)
    await page.getByLabel('诉求内容').fill('昨晚停电四小时，事前没有通知。')
    await page.getByText('人身伤害', { exact: true }).click()
    await page.getByText('因为：人身伤害').waitFor()
    await page.getByLabel('诉求内容').press('Control+Enter')
    await page.getByText(/工单 .* 已登记，等待派单/).waitFor()
    await state(page, '已登记')
    const path = new URL(page.url()).pathname
    await checkAccessible(page, 'case registered')

    const lead = await frame.open(head, path)
    await button(lead, '派单').click()
    await choose(lead, dialog(lead, /派单/), '承办单位', '客户服务中心')
    await button(dialog(lead, /派单/), '派单').click()
    await state(lead, '已派单')

    const work = await frame.open(handler, path)
    await button(work, '接单').click()
    await button(dialog(work, /接单/), '接单').click()
    await state(work, '处理中')
    await button(work, '暂停').click()
    const pausing = dialog(work, /暂停/)
    await button(pausing, '暂停').click()
    await pausing.getByText('必填').first().waitFor()
    await pausing.getByLabel('原因').fill('等待客户提供设备型号')
    await pausing.getByLabel('凭据').fill('通话录音 031')
    await button(pausing, '暂停').click()
    await state(work, '已暂停')
    await work.getByText('通话录音 031').waitFor()
    await button(work, '恢复办理').click()
    await button(dialog(work, /恢复办理/), '恢复办理').click()
    await state(work, '处理中')
    await button(work, '时限怎么算的').click()
    await dialog(work, '时限怎么算的').getByText(/暂停计时/).first().waitFor()
    await work.keyboard.press('Escape')
    await work.getByLabel('内部备注').last().fill('已请调度核实。')
    await button(work, '添加备注').click()
    await work.getByText('备注已添加').waitFor()
    await button(work, '答复客户').click()
    const answering = dialog(work, /答复客户/)
    await answering.getByLabel('对客户的答复').fill('停电系线路故障，今后计划停电会提前短信通知。')
    await answering.getByText('我方管理', { exact: true }).click()
    await button(answering, '答复客户').click()
    await state(work, '待回访')
    await button(work, '记录评价').click()
    const judging = dialog(work, /记录评价/)
    await checkAccessible(work, 'verdict')
    await button(judging, '记录评价').click()
    await state(work, '已办结')
    await work.getByText('及时', { exact: true }).waitFor()
  })
})

describe('a dissatisfied customer', () => {
  it('has the case opened again for somebody else', async () => {
    let of = await register(asClerk, { unit_id, text: '账单地址写错了。', title: '账单地址有误' })
    of = await step(asHandler, of, 'accept')
    of = await step(asHandler, of, 'resolve', { answer: '已更正。' })
    const page = await frame.open(handler, `/cases/${of.id}`)
    await button(page, '记录评价').click()
    const judging = dialog(page, /记录评价/)
    await judging.getByText('不满意', { exact: true }).click()
    await judging.getByText('公正', { exact: true }).click()
    await button(judging, '记录评价').click()
    await judging.getByText('必填').first().waitFor()
    await judging.getByLabel('说明').fill('新账单还是寄到老地址。')
    await choose(page, judging, '责任人', '宋岚')
    await button(judging, '记录评价').click()
    await judging.getByText('重新受理的工单须换人办理。').waitFor()
    await choose(page, judging, '责任人', '马超')
    await button(judging, '记录评价').click()
    await state(page, '已派单')
    await page.getByText('第 2 次办理').waitFor()
    const other = await frame.open(colleague, `/cases?tab=mine`)
    await other.getByRole('link', { name: '账单地址有误' }).waitFor()
  })
})

describe('two people at once', () => {
  it('the second is told what the first did, and loses nothing', async () => {
    let of = await register(asClerk, { unit_id, text: '营业厅空调坏了。', title: '营业厅空调' })
    of = await step(asHandler, of, 'accept')
    const page = await frame.open(handler, `/cases/${of.id}`)
    await button(page, '转派').click()
    const moving = dialog(page, /转派/)
    await choose(page, moving, '承办单位', '客户服务中心')
    await moving.getByLabel('原因').fill('不归我们管')
    await asHandler('POST', `/cases/${of.id}/pause`, { reason: '等待', evidence: '录音' }, { 'If-Match': `"${of.version}"` })
    await choose(page, moving, '承办单位', '城关供电所')
    await button(moving, '转派').click()
    await moving.getByText(/期间工单已被更改（宋岚：暂停），现为“已暂停”/).waitFor()
    assert.equal(await moving.getByLabel('原因').inputValue(), '不归我们管')
    await checkAccessible(page, 'told of a change meanwhile')
    await page.keyboard.press('Escape')
    await button(page, '放弃修改').click()
    await state(page, '已暂停')
  })
})

describe('the list', () => {
  it('is walked with j and Enter, and Ctrl+K finds a case by its number', async () => {
    const of = await register(asClerk, { unit_id, text: '电表走得太快，请校验。', title: '电表走快' })
    const page = await frame.open(handler, '/cases?tab=unit')
    await page.getByRole('region', { name: '工单' }).focus()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/cases\/[0-9a-z-]{8,}/i)
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: '搜索与命令' }).fill(of.case_no)
    await page.getByRole('option', { name: new RegExp(of.case_no) }).click()
    await page.getByRole('heading', { level: 1, name: '电表走快' }).waitFor()
  })

  it('and the case fit a phone', async () => {
    const page = await frame.open(handler, '/cases?tab=all', { viewport: phone })
    assert.ok(await fits(page))
    await page.getByRole('link', { name: '电表走快' }).click()
    await ready(page)
    await page.getByRole('heading', { level: 1, name: '电表走快' }).waitFor()
    assert.ok(await fits(page))
    await button(page, '接单').click()
    await button(dialog(page, /接单/), '接单').click()
    await state(page, '处理中')
  })
})

describe('a long history', () => {
  it('of 200 steps opens within 300 ms', async () => {
    const of = await register(asClerk, { unit_id, text: '反复来电的诉求。', title: '二百条记录' })
    for (let i = 0; i < 199; i++) await asHandler('POST', `/cases/${of.id}/notes`, { text: `第 ${i} 次联系`, audience: 'internal' }, { 'Idempotency-Key': `note-${of.id}-${i}` })
    const page = await frame.open(handler, '/cases?tab=all')
    await page.getByRole('link', { name: '二百条记录' }).waitFor()
    await page.getByRole('link', { name: '二百条记录' }).click() // the page's code is loaded now
    await page.getByText('第 198 次联系').waitFor()
    await page.goBack()
    const took = await page.evaluate(async () => {
      const link = await new Promise((found) => {
        const look = () => [...document.querySelectorAll('a')].find((a) => a.textContent.includes('二百条记录'))
        const wait = () => (look() ? found(look()) : requestAnimationFrame(wait))
        wait()
      })
      const begun = performance.now()
      link.click()
      while (!document.querySelector('main')?.textContent.includes('第 198 次联系')) await new Promise((r) => setTimeout(r, 5))
      await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))
      return performance.now() - begun
    })
    console.log(`case of 200 steps opened in ${Math.round(took)} ms`)
    assert.ok(took <= 300, `${took} ms`)
    await button(page, '更早的记录').click()
    await page.getByText('第 0 次联系').waitFor()
  })
})
