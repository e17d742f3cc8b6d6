// My tasks: added, overdue, ticked off, taken back.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { journeys, pick } from '../lib/journey.mjs'
import { auditor, giveTasks, PASSWORD, signIn } from '../lib/world.mjs'

const head = { login: 'zhaolei', password: PASSWORD }
const maker = { login: 'wangfang', password: PASSWORD }
const deputy = { login: 'hejing', password: PASSWORD }
const province = { login: 'sunli', password: PASSWORD }
const frame = journeys({ prepare: (world) => giveTasks(world, head) })
const row = (page, text) => page.getByRole('listitem').filter({ hasText: text })

describe('tasks', () => {
  it('are added with a due day, ticked off and brought back', async () => {
    const page = await frame.open(head, '/')
    await page.getByLabel('要做什么').fill('联系清河中学')
    await page.getByRole('combobox', { name: '期限' }).click()
    await page.getByText('明天', { exact: true }).click()
    await page.getByRole('button', { name: '添加' }).click()
    await row(page, '联系清河中学').getByText('明天').waitFor()
    await page.getByRole('link', { name: '查看全部' }).first().click()
    await page.waitForURL(/\/tasks/)
    await page.getByRole('button', { name: '完成：联系清河中学' }).click()
    await row(page, '联系清河中学').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: '撤销' }).click()
    await row(page, '联系清河中学').waitFor()
    await page.getByRole('button', { name: '更多操作：联系清河中学' }).click()
    await page.getByRole('menuitem', { name: '取消这项待办' }).click()
    await page.getByRole('tab', { name: '已取消' }).click()
    await page.getByRole('button', { name: '重新打开：联系清河中学' }).click()
    await page.getByRole('tab', { name: /^我的/ }).click()
    await row(page, '联系清河中学').waitFor()
    await page.getByRole('tab', { name: '已完成' }).click()
    await row(page, '更正张建国的通信地址').getByText(/完成$/).waitFor()
  })

  it('are worked off by keyboard alone', async () => {
    const page = await frame.open(head, '/tasks')
    await page.getByRole('button', { name: '完成：回访人民东路 18 号停电投诉' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label')?.startsWith('完成：'))
    await page.getByText('已完成“回访人民东路 18 号停电投诉”').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('h')
    await page.waitForURL((to) => to.pathname === '/')
    await page.getByRole('heading', { name: '赵磊，您好' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').waitFor()
    await page.keyboard.type('新建待办')
    await page.getByRole('option', { name: '新建待办' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(/tasks\?add=1/)
    await page.waitForFunction(() => document.activeElement?.matches('input[maxlength="200"]'))
  })

  it('say in words that they are overdue', async () => {
    const page = await frame.open(head, '/tasks', { clock: Date.now() + 4 * 86_400_000 })
    await page.getByRole('heading', { name: /已逾期/ }).waitFor()
    await row(page, '给清河纺织有限公司送用能分析报告').getByText('已逾期 1 天').waitFor()
  })

  it('of a person above the companies say which company they are of', async () => {
    const page = await frame.open(province, '/tasks')
    await page.getByLabel('要做什么').fill('汇总三季度报表')
    await pick(page, '供电单位', '平湖公司')
    await page.getByRole('button', { name: '添加' }).click()
    await row(page, '汇总三季度报表').getByText('平湖公司').waitFor()
  })

  it('are not offered to those who may only read', async () => {
    const page = await frame.open(auditor, '/tasks')
    await page.getByText('没有待办').waitFor()
    assert.equal(await page.getByLabel('要做什么').count(), 0)
  })

  it('of a team are seen by its head, who gives one to another and back', async () => {
    const clerk = await frame.open(maker, '/tasks')
    await clerk.getByLabel('要做什么').fill('复核抄表异常')
    await clerk.getByRole('button', { name: '添加' }).click()
    await row(clerk, '复核抄表异常').waitFor()
    await clerk.getByRole('link', { name: /^待办\s*1/ }).waitFor()
    assert.equal(await clerk.getByRole('tab', { name: /^团队/ }).count(), 0)

    const page = await frame.open(head, '/tasks?tab=team')
    await row(page, '复核抄表异常').getByText('责任人：王芳').waitFor()
    assert.equal(await page.getByRole('button', { name: '完成：复核抄表异常' }).count(), 0)
    await checkAccessible(page, 'tasks of a team')
    await page.getByRole('button', { name: '更多操作：复核抄表异常' }).click()
    await page.getByRole('menuitem', { name: '改派…' }).click()
    await pick(page, '改派给', '何静')
    await page.getByRole('button', { name: '保存', exact: true }).click()
    await row(page, '复核抄表异常').getByText('责任人：何静').waitFor()
    await page.getByRole('button', { name: '撤销' }).click()
    await row(page, '复核抄表异常').getByText('责任人：王芳').waitFor()
  })

  it('of somebody absent are his deputy\'s, named so', async () => {
    const call = await signIn(frame.world.url, maker)
    const role = (await call('GET', '/absences/roles')).body.items.find((r) => r.code === 'clerk')
    const day = (n) => new Date(Date.now() + n * 86_400_000 + 8 * 3_600_000).toISOString().slice(0, 10)
    await call('POST', '/absences', { deputy_id: frame.world.users.hejing.id, role_ids: [role.id], from_day: day(0), until_day: day(1) })
    const page = await frame.open(deputy, '/tasks')
    await row(page, '复核抄表异常').getByText('代 王芳').waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('e')
    await page.getByText('已完成“复核抄表异常”').waitFor()
    await page.getByRole('button', { name: '撤销' }).click()
    await row(page, '复核抄表异常').waitFor()
    await page.keyboard.press('?')
    const sheet = page.getByRole('dialog')
    await sheet.getByText('完成当前待办').waitFor()
    await sheet.getByText('选中所在行').waitFor()
    await page.keyboard.press('Escape')
    await page.goto('/customers')
    await page.locator('tbody tr, .empty').first().waitFor()
    await page.keyboard.press('?')
    assert.equal(await page.getByRole('dialog').getByText('完成当前待办').count(), 0)
  })

  it('are finished together, brought back, and kept under a view', async () => {
    const page = await frame.open(maker, '/tasks')
    for (const text of ['整理档案柜', '更换宣传栏']) {
      await page.getByLabel('要做什么').fill(text)
      await page.getByRole('button', { name: '添加' }).click()
      await row(page, text).waitFor()
      await page.getByRole('checkbox', { name: `选择 ${text}` }).check()
    }
    await page.getByRole('toolbar', { name: '批量操作' }).getByRole('button', { name: '批量修改' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: '预览' }).click()
    await dialog.getByRole('button', { name: '修改 2 条' }).click()
    await dialog.getByRole('button', { name: '撤销' }).waitFor()
    await row(page, '整理档案柜').waitFor({ state: 'detached' })
    await dialog.getByRole('button', { name: '撤销' }).click()
    await dialog.getByText('已撤销').waitFor()
    await dialog.getByRole('button', { name: '关闭' }).last().click()
    await row(page, '整理档案柜').waitFor()
    await page.getByRole('button', { name: '筛选' }).click()
    await page.getByRole('menuitem', { name: '来源' }).click()
    await page.getByLabel('工单', { exact: true }).click()
    await row(page, '整理档案柜').waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: /^视图/ }).click()
    await page.getByRole('menu').getByText('另存为新视图…').click()
    await page.getByLabel('名称').fill('工单待办')
    await page.keyboard.press('Control+Enter')
    await page.getByText('已保存视图“工单待办”').waitFor()
    assert.match(page.url(), /module=feedback/)
    await page.keyboard.press('?')
    await page.getByRole('dialog').locator('kbd').first().waitFor()
    for (const key of ['搜索', '选中所在行']) assert.equal(await page.getByRole('dialog').getByText(key, { exact: true }).count(), 0, key) // no search box here, and no row
  })

  it('tell whoever a note on a customer names', async () => {
    const call = await signIn(frame.world.url, deputy)
    const customer = (await call('POST', '/customers', { kind: 'person', name: '沈知秋' })).body
    const page = await frame.open(maker, `/customers/${customer.id}?tab=notes`)
    await page.getByLabel('新备注').pressSequentially('请回访 @赵')
    await page.getByRole('option', { name: '赵磊' }).click()
    await page.getByRole('button', { name: '添加备注' }).click()
    await page.getByText('请回访 @赵磊').waitFor()
    const theirs = await frame.open(head, '/tasks')
    await row(theirs, `客户 ${customer.customer_no} 的备注提到了您`).getByRole('link').click()
    await theirs.waitForURL(new RegExp(`/customers/${customer.id}`))
  })
})
