// Who is no maintainer proposes: a clerk another phone and occupation, the head endorses, the maintainer accepts one and rejects the other.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { journeys, ready } from '../lib/journey.mjs'
import { PASSWORD, signIn } from '../lib/world.mjs'

const clerk = { login: 'wangfang', password: PASSWORD }
const head = { login: 'zhaolei', password: PASSWORD }
const maintainer = { login: 'hejing', password: PASSWORD }
let asMaintainer, asClerk, customer
const frame = journeys({
  prepare: async (world) => {
    asMaintainer = await signIn(world.url, maintainer)
    asClerk = await signIn(world.url, clerk)
    const contacts = [{ kind: 'phone', value: '15400001111', primary: true }]
    customer = (await asMaintainer('POST', '/customers', { kind: 'person', name: '张建国', person: { occupation: '司机' }, contacts })).body
  },
})
const button = (page, name) => page.getByRole('button', { name, exact: true })
const heading = (page, name) => page.getByRole('heading', { level: 1, name })
const now = async () => (await asMaintainer('GET', `/customers/${customer.id}`)).body
const agree = async (page, name) => button(page.getByRole('dialog'), name).click()
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)

describe('a change', () => {
  let address
  it('is proposed by the clerk on the form of the archive', async () => {
    const page = await frame.open(clerk, `/customers/${customer.id}`)
    assert.equal(await button(page, '编辑').count(), 0)
    await button(page, '申请变更').click()
    await heading(page, /^申请变更：张/).waitFor()
    await checkAccessible(page, 'form')
    await page.getByRole('group', { name: '联系方式 1' }).getByLabel('电话', { exact: true }).fill('15400002222')
    await page.getByLabel('职业').fill('教师')
    await button(page, '提交申请').click()
    await page.getByText('必填').first().waitFor()
    await page.getByRole('textbox', { name: '申请理由' }).fill('本人持身份证来柜台更正')
    await button(page, '提交申请').click()
    await heading(page, /^变更：张/).waitFor()
    await page.getByText('待审核').first().waitFor()
    await page.getByText('15400002222').waitFor()
    await checkAccessible(page, 'proposal')
    address = new URL(page.url()).pathname
    assert.equal((await now()).contacts[0].value, '15400001111')
  })

  it('is sent back, corrected and endorsed by the head, found in her tasks', async () => {
    const boss = await frame.open(head, '/tasks')
    await boss.getByRole('link', { name: /审核 .* 提交的档案变更申请/ }).click()
    await heading(boss, /^变更：张/).waitFor()
    assert.equal(await boss.getByText('15400002222').count(), 0)
    await button(boss, '退回').click()
    const dialog = boss.getByRole('dialog', { name: '退回' })
    await checkAccessible(boss, 'send back')
    await dialog.getByLabel('退回原因').fill('请注明证件')
    await button(dialog, '退回').click()
    await boss.getByText('已退回申请人').waitFor()

    const page = await frame.open(clerk, '/proposals?view=mine')
    await page.getByRole('link', { name: '被退回 1 件' }).waitFor()
    await checkAccessible(page, 'list')
    await page.goto(address)
    await page.getByText(/赵磊 退回：请注明证件/).waitFor()
    await button(page, '修改并重新提交').click()
    await page.getByText(/赵磊 退回：请注明证件/).waitFor()
    assert.equal(await page.getByLabel('职业').inputValue(), '教师')
    await page.getByRole('textbox', { name: '申请理由' }).fill('本人持身份证来柜台更正，已核对证件')
    await button(page, '提交申请').click()
    await page.getByText('待审核').first().waitFor()

    await boss.goto(address)
    await button(boss, '审核通过').click()
    await agree(boss, '审核通过')
    await boss.getByText('待决定').first().waitFor()
  })

  it('is decided field by field by the maintainer; the customer shows it, the history tells who', async () => {
    const page = await frame.open(maintainer, '/proposals?view=decide')
    await page.getByRole('link', { name: '变更：张建国' }).click()
    const phoneRow = page.getByRole('row', { name: /电话/ })
    await phoneRow.getByText('15400001111').waitFor()
    await phoneRow.getByText('15400002222').waitFor()
    await page.getByRole('radiogroup', { name: '对“电话”的决定' }).getByText('采纳', { exact: true }).click()
    await page.getByRole('radiogroup', { name: '对“职业”的决定' }).getByText('不采纳', { exact: true }).click()
    assert.ok(await button(page, '提交决定').isDisabled(), 'a rejected field needs a word')
    await page.getByLabel('不采纳“职业”的原因').fill('没有凭据')
    await checkAccessible(page, 'verdicts')
    await button(page, '提交决定').click()
    await agree(page, '提交决定')
    await page.getByText('部分采纳').first().waitFor()
    await checkAccessible(page, 'decided')
    const { contacts, person } = await now()
    assert.deepEqual([contacts[0].value, person.occupation], ['15400002222', '司机'])
    await page.goto(`/customers/${customer.id}?tab=changes`)
    const change = page.getByRole('list', { name: '变更记录' }).getByRole('listitem').first()
    await change.getByText('王芳 申请，赵磊 审核').waitFor()
    await change.getByText('15400002222').waitFor()
    await checkAccessible(page, 'history')

    const proposer = await frame.open(clerk, '/tasks')
    await proposer.getByRole('link', { name: /何静 部分采纳了您 .* 提交的档案变更申请：采纳 1 项/ }).click()
    await heading(proposer, /^变更：张/).waitFor()
    await proposer.getByText('没有凭据').waitFor()
  })

  it('of a record changed meanwhile shows the third value', async () => {
    const before = (await asClerk('GET', `/customers/${customer.id}`)).body
    const change = { person: { ...before.person, occupation: '医生' } }
    const made = (await asClerk('POST', '/proposals', { customer_id: customer.id, customer_version: before.version, change, reason: '来电更正' })).body
    await (await signIn(frame.world.url, head))('POST', `/proposals/${made.id}/endorse`, undefined, { 'If-Match': '"1"' })
    const page = await frame.open(maintainer, `/proposals/${made.id}`)
    await button(page, '全部采纳').click()
    await asMaintainer('PATCH', `/customers/${customer.id}`, { person: { occupation: '厨师' } }, { 'If-Match': `"${(await now()).version}"` })
    await button(page, '提交决定').click()
    await agree(page, '提交决定')
    await page.getByText(/有 1 项在申请之后被别人改过/).waitFor()
    await page.getByRole('row', { name: /职业/ }).getByText('厨师').waitFor()
    await checkAccessible(page, 'conflict')
    await button(page, '全部采纳').click()
    assert.ok(await button(page, '提交决定').isDisabled(), 'what changed is not accepted with all')
    assert.equal((await now()).person.occupation, '厨师')
  })
})

describe('a new customer', () => {
  it('is proposed for a visitor, withdrawn, and proposed again', async () => {
    const visit = (await asClerk('POST', '/receptions', { name: '郑新来', phone: '15400003333', course: '办结' })).body
    const page = await frame.open(clerk, `/receptions/${visit.id}`)
    await button(page, '申请新增客户').click()
    await heading(page, '申请新增客户').waitFor()
    await page.getByLabel('姓名').fill('郑新来')
    await page.getByRole('group', { name: '联系方式 1' }).getByLabel('电话', { exact: true }).fill('15400003333')
    await page.getByRole('textbox', { name: '申请理由' }).fill('来访，未建档')
    await button(page, '提交申请').click()
    await heading(page, '新增：郑新来').waitFor()
    await checkAccessible(page, 'new customer')
    await button(page, '撤回').click()
    await agree(page, '撤回')
    await page.getByText('已撤回').first().waitFor()
    await page.goto('/customers')
    await button(page, '申请新增客户').first().waitFor()
  })
})

describe('on a phone', () => {
  it('list, proposal, verdicts and form fit', async () => {
    const one = (await asMaintainer('GET', '/proposals?view=decide')).body.items[0]
    for (const [person, path] of [[clerk, '/proposals'], [clerk, `/customers/${customer.id}/propose`], [maintainer, `/proposals/${one.id}`]]) {
      const page = await frame.open(person, path, { viewport: phone })
      await ready(page)
      assert.ok(await fits(page), `${path} is wider than the screen`)
      await checkAccessible(page, `${path} on a phone`)
    }
  })
})
