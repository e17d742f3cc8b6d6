// 保密查阅: a clerk asks to see a phone number, the head approves on his phone, the clerk sees it under a watermark, and
// when the time is over it is masked again; the audit log tells it all. An emergency is opened at once and reviewed.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { journeys, ready } from '../lib/journey.mjs'
import { auditor, PASSWORD, signIn } from '../lib/world.mjs'

const as = (login) => ({ login, password: PASSWORD })
const NUMBER = '13800005678'
let customer
const frame = journeys({
  prepare: async (world) => {
    const keep = await signIn(world.url, as('hejing'))
    const made = { kind: 'person', name: '张三丰', contacts: [{ kind: 'phone', value: NUMBER, primary: true }] }
    customer = (await keep('POST', '/customers', made)).body
  },
})
const main = (page) => page.locator('main')

describe('looking up confidential data', () => {
  it('is approved on a phone, watermarked, ends by itself and stands in the audit log', { timeout: 150_000 }, async () => {
    const clerk = await frame.open(as('wangfang'), `/customers/${customer.id}`)
    await main(clerk).getByRole('heading', { name: '张*丰', level: 1 }).waitFor()
    assert.equal(await clerk.getByText(NUMBER).count(), 0)
    await checkAccessible(clerk, 'masked customer')
    await clerk.getByRole('button', { name: '申请查看' }).click()
    const dialog = clerk.getByRole('dialog', { name: /申请查看/ })
    await dialog.getByLabel('事由').fill('客户来电要求回访，需核对电话')
    await dialog.getByLabel('时长（分钟）').fill('1')
    await checkAccessible(clerk, 'asking for a look-up')
    await dialog.getByRole('button', { name: '提交申请' }).click()
    await main(clerk).getByText('等待 赵磊 审批').waitFor()

    const head = await frame.open(as('zhaolei'), '/tasks', { viewport: phone })
    await head.getByRole('link', { name: /审批：王芳/ }).click()
    await ready(head)
    await head.getByText('客户来电要求回访').waitFor()
    await checkAccessible(head, 'decision on a phone')
    await head.getByRole('button', { name: '批准', exact: true }).click()
    await head.getByText('已批准').first().waitFor()

    await clerk.getByRole('button', { name: '开始查看' }).click()
    await main(clerk).getByRole('heading', { name: '张三丰', level: 1 }).waitFor()
    await clerk.getByText(NUMBER).first().waitFor()
    assert.match(await clerk.locator('.watermark span').first().getAttribute('data-text'), /^王芳 \d{4}-\d\d-\d\d \d\d:\d\d$/)
    await checkAccessible(clerk, 'opened customer')
    await main(clerk).getByRole('heading', { name: '张*丰', level: 1 }).waitFor({ timeout: 90_000 })
    assert.equal(await clerk.getByText(NUMBER).count(), 0)
    assert.equal(await clerk.locator('.watermark').count(), 0)

    const audit = await frame.open(auditor, '/audit?q=查阅')
    const row = (text) => audit.getByRole('row').filter({ hasText: text }).first()
    for (const deed of ['申请保密查阅', '审批保密查阅', '开始保密查阅', '保密查阅到时结束']) await row(deed).waitFor({ timeout: 15_000 })
    await audit.goto('/audit?kind=read&object_type=look')
    await row('查看客户').filter({ hasText: '王芳' }).waitFor()
    await head.reload()
    await head.getByRole('heading', { name: '查看记录' }).waitFor()
    await head.getByText(/姓名、电话|电话、姓名|姓名/).first().waitFor()
  })

  it('opens at once in an emergency and is reviewed', async () => {
    const clerk = await frame.open(as('wangfang'), `/customers/${customer.id}`)
    await clerk.getByRole('button', { name: '申请查看' }).click()
    const dialog = clerk.getByRole('dialog', { name: /申请查看/ })
    await dialog.getByLabel('事由').fill('线路落地，须立即通知住户')
    await dialog.getByLabel(/紧急情况/).check()
    await dialog.getByRole('button', { name: '立即查看' }).click()
    await clerk.getByText(NUMBER).first().waitFor()
    await clerk.getByText('紧急查看中').waitFor()

    const head = await frame.open(as('zhaolei'), '/lookups?tab=review', { viewport: phone })
    await head.getByRole('link', { name: /线路落地/ }).click()
    await head.getByRole('button', { name: '有异议' }).click()
    await head.getByRole('alert').getByText('请写明理由').waitFor()
    await head.getByLabel('意见', { exact: true }).fill('应先联系抢修值班')
    await head.getByRole('button', { name: '有异议' }).click()
    await head.getByText('有异议 · 赵磊').waitFor()
    await clerk.reload()
    await main(clerk).getByRole('heading', { name: '张*丰', level: 1 }).waitFor()
    assert.equal(await clerk.getByText(NUMBER).count(), 0)
  })

  it('keeps to the rule of the company', async () => {
    const head = await frame.open(as('zhaolei'), '/lookup-rule')
    await head.getByLabel('最长时长（分钟）').fill('20')
    await head.getByLabel('默认时长（分钟）').fill('10')
    await head.getByRole('button', { name: '保存' }).click()
    await head.getByText('已保存规则').waitFor()
    await head.getByRole('row', { name: /敏感.*证件号码/ }).waitFor()
    await checkAccessible(head, 'rule of look-ups')
  })
})
