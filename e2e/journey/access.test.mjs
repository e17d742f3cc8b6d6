// Rights: roles of one's own, a deputy, who can do what where, and why somebody can see a record.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { journeys, pick, ready } from '../lib/journey.mjs'
import { addUser, grantsOf, PASSWORD, security, signIn } from '../lib/world.mjs'

const DAY_MS = 86_400_000
const day = (n) => new Date(Date.now() + n * DAY_MS + 8 * 3_600_000).toISOString().slice(0, 10) // in Beijing
const person = (login) => ({ login, password: PASSWORD })
let customer

const frame = journeys({
  prepare: async (world) => {
    world.users.wei = await addUser(world, { login: 'wei', name: '魏护', role: 'maintainer', at: '1001' })
    const call = await signIn(world.url, person('wei'))
    customer = (await call('POST', '/customers', { kind: 'person', name: '张建国', confirm_duplicates: true })).body
  },
})

describe('a role of the company’s own', () => {
  it('is copied, granted for a time, changed with its holders in sight, and retired', async () => {
    const page = await frame.open(security, '/roles')
    await page.getByRole('article', { name: '95598 坐席' }).getByRole('button', { name: '对 95598 坐席 的操作' }).click()
    assert.equal(await page.getByRole('menuitem', { name: '编辑' }).count(), 0) // the program's own
    await page.getByRole('menuitem', { name: '复制' }).click()
    await page.getByLabel('中文名称').fill('夜班坐席')
    await page.getByLabel('英文名称').fill('Night agent')
    await page.locator('summary', { hasText: '审计日志' }).click()
    await page.locator('details', { hasText: '审计日志' }).getByText('整个模块').click()
    await page.locator('details', { hasText: '组织机构' }).getByText('新建', { exact: true }).click()
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('一个角色不能同时含有').first().waitFor()
    await page.locator('details', { hasText: '审计日志' }).getByText('整个模块').click()
    await page.locator('details', { hasText: '组织机构' }).getByText('新建', { exact: true }).click()
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('已建立角色“夜班坐席”').waitFor()

    const { keeper, users, orgs } = frame.world
    const role = (await keeper('GET', '/roles')).body.items.find((r) => r.name_zh === '夜班坐席')
    const { body: wang, etag } = await keeper('GET', `/users/${users.wangfang.id}`)
    const grants = [...grantsOf(wang), { role_id: role.id, org_id: orgs[1001].id, until: `${day(3)}T00:00:00+08:00` }]
    const { login, name, home_org_id, locale, active } = wang
    await keeper('PUT', `/users/${wang.id}`, { login, name, home_org_id, locale, active, grants }, { 'If-Match': etag })
    await page.goto(`/users/${wang.id}`)
    await page.getByText(`至 ${day(2)}`).waitFor()

    await page.goto(`/roles/${role.id}/edit`)
    await ready(page)
    await page.locator('details', { hasText: '客户档案' }).getByText('查看修改历史').click()
    await page.getByRole('button', { name: '保存' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('1 名用户受影响：').waitFor()
    await dialog.getByText('客户档案：查看修改历史').waitFor()
    await dialog.getByText('王芳').waitFor()
    await dialog.getByRole('button', { name: '保存角色' }).click()
    await page.getByText('已保存角色“夜班坐席”').waitFor()
    await page.getByRole('button', { name: '对 夜班坐席 的操作' }).click()
    await page.getByRole('menuitem', { name: '停用角色' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '停用角色' }).click()
    await page.getByText('已停用角色“夜班坐席”').waitFor()
    await page.getByText('角色已停用').waitFor()
    await checkAccessible(page, 'roles')
  })
})

describe('a deputy', () => {
  it('is named for days, acts for the absent one and is named so, until it is ended', async () => {
    const hers = await frame.open(person('wangfang'), '/account')
    await hers.getByRole('button', { name: '指定代理人' }).click()
    const dialog = hers.getByRole('dialog')
    await checkAccessible(hers, 'absence dialog')
    await dialog.getByRole('button', { name: '确定' }).click()
    await dialog.getByText('必填，请填写。').first().waitFor()
    await pick(hers, '代理人', /赵磊/)
    await dialog.getByPlaceholder('起始日期').fill(day(0))
    await dialog.getByPlaceholder('截止日期').fill(day(2))
    await dialog.getByPlaceholder('截止日期').press('Enter')
    await dialog.getByText('营业厅受理员').waitFor()
    await dialog.getByRole('button', { name: '确定' }).click()
    await hers.getByText('已指定 赵磊 为代理人').waitFor()

    const his = await frame.open(person('zhaolei'), '/account')
    await his.getByRole('heading', { name: '营业厅受理员' }).getByText('代 王芳').waitFor()
    await his.goto('/access-matrix')
    await ready(his)
    await his.getByRole('button', { name: /^赵磊，待办/ }).click()
    await his.getByRole('dialog').getByText('代 王芳').waitFor()
    await his.keyboard.press('Escape')
    await checkAccessible(his, 'matrix')

    await hers.getByRole('button', { name: '提前结束 王芳 的代理' }).click()
    await hers.getByRole('dialog').getByRole('button', { name: '提前结束' }).click()
    await hers.getByText('代理已结束').waitFor()
    await his.goto('/account')
    await ready(his)
    assert.equal(await his.getByText('代 王芳').count(), 0)
  })
})

describe('why somebody can see a record', () => {
  it('is told with role, place and time, deed by deed', async () => {
    const page = await frame.open(person('zhaolei'), `/customers/${customer.id}`)
    await page.getByRole('button', { name: '更多操作' }).click()
    await page.getByRole('menuitem', { name: '为何可见' }).click()
    const dialog = page.getByRole('dialog')
    await pick(page, '用户', /魏护/)
    const row = (words) => dialog.locator('dl > div', { hasText: words })
    await row('客户档案：查看详情').getByText('档案维护员').waitFor()
    await row('客户档案：查看详情').getByText('云江省电力公司 / 云州供电公司 / 清河县供电公司及其所有下级').waitFor()
    await checkAccessible(page, 'why')
    await pick(page, '用户', /王芳/)
    await row('客户档案：合并重复客户').getByText('没有授权').waitFor()
  })
})
