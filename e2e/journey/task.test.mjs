// My tasks: added, overdue, ticked off, taken back.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { journeys, pick } from '../lib/journey.mjs'
import { auditor, giveTasks, PASSWORD } from '../lib/world.mjs'

const head = { login: 'zhaolei', password: PASSWORD }
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
    await page.getByRole('tab', { name: '未完成' }).click()
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
})
