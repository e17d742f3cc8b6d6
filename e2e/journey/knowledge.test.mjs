// The knowledge base on the real program: written, judged, found by pinyin, suggested in a case, a solved case that becomes a draft, two who edit at once.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { move, write } from '../lib/articles.mjs'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { addHandlers, handler } from '../lib/cases.mjs'
import { journeys, ready } from '../lib/journey.mjs'
import { PASSWORD, signIn } from '../lib/world.mjs'

const clerk = { login: 'wangfang', password: PASSWORD }
const head = { login: 'zhaolei', password: PASSWORD }
const TITLE = '计划停电怎样提前知道'
const frame = journeys({ prepare: addHandlers })
const button = (page, name) => page.getByRole('button', { name, exact: true })
const heading = (page, name) => page.getByRole('heading', { level: 1, name })
const state = (page, name) => page.locator('main header').getByText(name, { exact: true }).waitFor()
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
const choose = async (page, within, field, option) => {
  await within.getByRole('combobox', { name: field }).click({ force: true })
  await page.getByRole('option', { name: option }).filter({ visible: true }).first().click()
}

describe('an article', () => {
  it('is written, looked at and submitted', async () => {
    const page = await frame.open(handler, '/knowledge')
    await button(page, '新建条目').click()
    await heading(page, '新建条目').waitFor()
    await button(page, '保存').click()
    await page.getByText('必填').first().waitFor()
    await page.getByLabel('中文标题').fill(TITLE)
    await page.getByLabel('中文正文').fill('## 三种办法\n\n- 拨打 **95598**\n- 看营业厅公告\n\n<script>alert(1)</script>')
    await button(page, '预览').first().click()
    await page.getByRole('heading', { name: '三种办法' }).waitFor()
    await choose(page, page, '接触点', '停电与报修')
    await button(page, '保存').click()
    await heading(page, TITLE).waitFor()
    await state(page, '草稿')
    await button(page, '提交审核').click()
    await state(page, '待审核')
    assert.equal(await button(page, '发布').count(), 0)
  })

  it('is found in the tasks of the head and published until a day', async () => {
    const page = await frame.open(head, '/tasks')
    await page.getByRole('link', { name: `审核知识条目“${TITLE}”` }).click()
    await heading(page, TITLE).waitFor()
    await button(page, '发布').click()
    const dialog = page.getByRole('dialog', { name: '发布' })
    await dialog.getByText('留空则为 12 个月以后。').waitFor()
    await checkAccessible(page, 'publish')
    await button(dialog, '发布').click()
    await state(page, '已发布')
  })

  it('is found by pinyin, from the one search box too, and judged by who read it', async () => {
    const page = await frame.open(clerk, '/knowledge')
    await page.getByRole('textbox', { name: '搜索知识库' }).fill('tingdian')
    await page.getByRole('link', { name: TITLE }).first().waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill('tingdian')
    await page.getByRole('dialog').getByText(TITLE).click()
    await heading(page, TITLE).waitFor()
    await button(page, '有用').click()
    await page.getByText('1 人评价，1 人认为有用').waitFor()
    await checkAccessible(page, 'article')
  })

  it('is told to be missing when nothing is found', async () => {
    const page = await frame.open(clerk, '/knowledge')
    const box = page.getByRole('textbox', { name: '搜索知识库' })
    await box.fill('光伏补贴')
    await box.press('Enter')
    await page.getByText('没有找到').first().waitFor()
    const owner = await frame.open(head, '/knowledge?tab=report')
    await owner.getByRole('rowheader', { name: '光伏补贴' }).waitFor()
  })
})

describe('a standard answer', () => {
  it('is written with variables that are checked', async () => {
    const page = await frame.open(handler, '/knowledge?tab=snippets')
    await button(page, '新建话术').click()
    const dialog = page.getByRole('dialog', { name: '新建话术' })
    await choose(page, dialog, '接触点', '停电与报修')
    await dialog.getByLabel('名称 · 中文').fill('停电致歉')
    await dialog.getByLabel('内容 · 中文').fill('{nobody}您好，')
    await dialog.getByText('没有名为 {nobody} 的变量').waitFor()
    await button(dialog, '保存').click()
    await dialog.getByRole('alert').waitFor()
    await dialog.getByLabel('内容 · 中文').fill('您好，给您带来不便，深表歉意。经办人')
    await button(dialog, '经办人').click()
    await dialog.getByText('经办人李明').waitFor()
    await button(dialog, '保存').click()
    await page.getByText('话术已保存').waitFor()
    await page.getByRole('button', { name: /停电致歉/ }).waitFor()
  })
})

describe('a case', () => {
  it('is answered with what is suggested beside it, and becomes a draft with one key', async () => {
    const page = await frame.open(clerk, '/cases/new')
    await page.getByLabel('来电人姓名').fill('周明')
    await page.getByLabel('来电号码').fill('15400009901')
    await choose(page, page, '分类', /停送电/)
    await page.getByLabel('诉求内容').fill('周明问计划停电怎样提前知道，家里老人用呼吸机。')
    await page.getByRole('button', { name: new RegExp(`^${TITLE}`) }).click()
    await page.getByRole('heading', { name: TITLE }).waitFor()
    await checkAccessible(page, 'suggestion')
    assert.match(await page.getByLabel('诉求内容').inputValue(), /呼吸机/)
    await button(page, '返回推荐').click()

    await page.getByLabel('当场答复').fill('请看营业厅公告。')
    await page.keyboard.press('Control+i')
    const dialog = page.getByRole('dialog', { name: '插入标准话术' })
    await dialog.getByText('深表歉意。经办人王芳').waitFor()
    await checkAccessible(page, 'insert')
    await button(dialog, '插入').click()
    assert.equal(await page.getByLabel('当场答复').inputValue(), '请看营业厅公告。您好，给您带来不便，深表歉意。经办人王芳')
    await page.getByLabel('当场答复').press('Control+Enter')
    await state(page, '待回访')
    await button(page, '写成知识条目').waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog').getByText('写成知识条目').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.keyboard.press('k')
    await page.getByText('客户姓名、号码和地址已略去').waitFor()
    await state(page, '草稿')
    await page.getByRole('heading', { name: '客户诉求' }).waitFor()
    assert.equal(await page.locator('main').getByText('周明').count(), 0)
    await page.getByRole('link', { name: '已办结的工单' }).click()
    await page.getByText('写成知识条目').last().waitFor()
  })
})

describe('two who edit at once', () => {
  it('the second sees what the first changed, and nothing is lost', async () => {
    const [author, judge] = await Promise.all([handler, head].map((p) => signIn(frame.world.url, p)))
    const made = await move(judge, await move(author, await write(author, '过户要带什么', '身份证。'), 'submit'), 'publish')
    const page = await frame.open(handler, `/knowledge/${made.id}/edit`)
    await page.getByLabel('中文正文').fill('身份证、房产证明。')
    const words = { category: 'procedure', audience: 'public', zh: { title: '过户要带什么', body: '身份证。' } }
    await judge('PUT', `/articles/${made.id}`, words, { 'If-Match': `"${made.version}"` })
    await button(page, '保存').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('办事指南').waitFor()
    await checkAccessible(page, 'conflict')
    await dialog.getByRole('button').last().click()
    await heading(page, '过户要带什么').waitFor()
    await state(page, '草稿')
    await page.getByText('正在修改').waitFor()
    await page.locator('ins').getByText('房产证明').waitFor()
  })
})

describe('on a phone', () => {
  it('is found, read and loaded', async () => {
    const page = await frame.open(head, '/knowledge', { viewport: phone })
    await button(page, '操作').click()
    await page.getByRole('menuitem', { name: '引入随产品提供的内容' }).click()
    await button(page.getByRole('dialog'), '引入').click()
    await page.getByText(/已引入 \d+ 篇条目/).waitFor()
    await page.getByRole('textbox', { name: '搜索知识库' }).fill('fahuo')
    await page.getByRole('link', { name: /客户在发火/ }).click()
    await ready(page)
    await heading(page, /客户在发火/).waitFor()
    assert.ok(await fits(page))
    await checkAccessible(page, 'phone')
  })
})
