// An administrator and the people he lets in.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { changePassword, login } from '../lib/browser.mjs'
import { journeys, pick } from '../lib/journey.mjs'
import { grantsOf, PASSWORD, security } from '../lib/world.mjs'

const frame = journeys()

async function choose(page, label, org) {
  await page.getByRole('combobox', { name: label }).last().click()
  await page.getByRole('searchbox', { name: '搜索名称或编码' }).fill(org)
  await page.getByRole('treeitem', { name: org }).click()
}

describe('a new user', () => {
  it('is made by the security administrator, chooses a password of his own, and sees his company and no administration', async () => {
    const page = await frame.open(security, '/users')
    await page.getByRole('button', { name: '新建用户' }).click()
    await page.waitForURL(/\/users\/new/)
    await page.getByRole('button', { name: '保存' }).click()
    assert.equal(await page.getByText('必填，请填写。').count(), 3) // the home organisation is the administrator's own at first
    await page.getByLabel('姓名').fill('刘洋')
    await page.getByLabel('登录名').fill('wangfang')
    await choose(page, '所属组织', '平湖县供电公司')
    await page.getByRole('button', { name: '随机生成' }).click()
    const password = await page.locator('input[autocomplete=new-password]').inputValue()
    await page.getByRole('button', { name: '添加授权' }).click()
    await pick(page, '角色', '营业厅受理员')
    await page.getByText('这个角色可以做什么').click()
    await page.getByText('客户档案', { exact: true }).waitFor()
    await page.getByRole('button', { name: '保存' }).click()
    await page.locator('.field').getByText('登录名已被使用，请换一个。').waitFor()
    await page.getByLabel('登录名').fill('liuyang')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByRole('heading', { level: 1, name: '刘洋' }).waitFor()
    await page.getByText('平湖县供电公司').first().waitFor()

    const his = await frame.open(null, '/login')
    await login(his, 'liuyang', password)
    await changePassword(his, password, PASSWORD)
    await his.getByRole('heading', { name: '刘洋，您好' }).waitFor()
    const nav = his.getByRole('navigation', { name: '主导航' })
    assert.equal(await his.locator('.zy-nav .org').textContent(), '平湖县供电公司')
    for (const hidden of ['管理', '组织机构', '用户', '角色']) assert.equal(await nav.getByText(hidden, { exact: true }).count(), 0, hidden)
    for (const path of ['/users', '/users/new', '/roles']) {
      await his.goto(path)
      await his.getByText('您没有查看此页的权限').last().waitFor()
    }
    await his.goto('/orgs') // he may read the tree, as far as his company goes
    await his.getByRole('treeitem', { name: /平湖县供电公司/ }).waitFor()
    assert.equal(await his.getByRole('treeitem').count(), 1)
  })
})

describe('a user', () => {
  it('of another company cannot be reached', async () => {
    const page = await frame.open({ login: 'chenyu', password: PASSWORD }, '/users')
    await page.getByRole('link', { name: '陈宇' }).waitFor()
    assert.equal(await page.getByRole('row').count(), 2)
    await page.goto(`/users/${frame.world.users.wangfang.id}`)
    await page.getByText('记录不存在，或不在您的查看范围内。').waitFor()
  })

  it('is stopped after a question, which undo takes back', async () => {
    const page = await frame.open(security, '/users?q=sunli')
    await page.getByRole('button', { name: '对 孙丽 的操作' }).click()
    await page.getByRole('menuitem', { name: '停用' }).click()
    await page.getByRole('dialog', { name: '停用“孙丽”？' }).getByRole('button', { name: '停用' }).click()
    await page.getByRole('cell', { name: '已停用' }).waitFor()
    const hers = await frame.open(null, '/login')
    await hers.locator('input[autocomplete=username]').fill('sunli')
    await hers.locator('input[autocomplete=current-password]').fill(PASSWORD)
    await hers.keyboard.press('Enter')
    await hers.getByRole('alert').waitFor()
    await page.getByRole('button', { name: '撤销' }).click()
    await page.getByRole('cell', { name: '在用' }).waitFor()
    await login(hers, 'sunli', PASSWORD)
    await hers.getByRole('heading', { name: '孙丽，您好' }).waitFor()
  })

  it('gets a new password by the rules', async () => {
    const page = await frame.open(security, `/users/${frame.world.users.wangfang.id}`)
    await page.getByRole('button', { name: '重置密码' }).click()
    const dialog = page.getByRole('dialog', { name: '重置“王芳”的密码' })
    await dialog.getByLabel('新密码').fill('short')
    await dialog.getByText('还差 3 个字符').waitFor()
    await dialog.getByRole('button', { name: '设置新密码' }).click()
    await dialog.getByText('太短，至少 8 个字符。').waitFor()
    await dialog.getByLabel('新密码').fill('long-enough-now-1')
    await dialog.getByText('符合要求').waitFor()
    await dialog.getByRole('button', { name: '设置新密码' }).click()
    await page.getByText('已为“王芳”设置新密码').waitFor()
    const hers = await frame.open(null, '/login')
    await login(hers, 'wangfang', 'long-enough-now-1')
    await hers.getByRole('heading', { name: '请修改密码' }).waitFor()
  })

  it('changed by two at once is merged', async () => {
    const { keeper, users } = frame.world
    const page = await frame.open(security, `/users/${users.zhaolei.id}/edit`)
    await page.getByLabel('姓名').fill('赵雷')
    const { body, etag } = await keeper('GET', `/users/${users.zhaolei.id}`)
    const change = { login: body.login, name: '赵蕾', home_org_id: body.home_org_id, locale: 'en', active: true, grants: grantsOf(body) }
    await keeper('PUT', `/users/${users.zhaolei.id}`, change, { 'If-Match': etag })
    await page.getByRole('button', { name: '保存' }).click()
    const conflict = page.getByRole('dialog', { name: '记录已被他人修改' })
    await conflict.getByText('English').waitFor()
    await conflict.getByRole('radio', { name: /我填写的 赵雷/ }).check()
    await conflict.getByRole('button', { name: '合并并保存' }).click()
    await page.getByRole('heading', { level: 1, name: '赵雷' }).waitFor()
    await page.getByText('English').waitFor()
  })

  it('does not stop himself or change his own grants', async () => {
    const me = (await frame.world.keeper('GET', '/me')).body
    const page = await frame.open(security, `/users/${me.id}/edit`)
    await page.getByText('自己的登录状态和授权只能由其他管理员修改。').first().waitFor()
    assert.equal(await page.getByRole('checkbox', { name: '可以登录' }).isDisabled(), true)
    assert.equal(await page.getByRole('button', { name: '添加授权' }).count(), 0)
    await page.getByLabel('姓名').fill('安全员')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByRole('heading', { level: 1, name: '安全员' }).waitFor()
    await page.getByRole('button', { name: '安全员 的用户菜单' }).waitFor()
    assert.equal(await page.getByRole('button', { name: '停用' }).count(), 0)
  })
})

describe('roles', () => {
  it('say in words what they allow', async () => {
    const page = await frame.open(security, '/roles')
    const role = page.getByRole('article', { name: '审计员' })
    await role.getByText('这个角色可以做什么').click()
    await role.getByText('所有模块').waitFor()
    await role.getByText('查看列表、查看详情').waitFor()
    assert.equal(await page.getByText(/[a-z]+\.(\*|[a-z]+)/).count(), 0, 'a pattern is shown as it is')
  })
})
