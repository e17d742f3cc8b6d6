// What there is to see: each scene opens one state of one page.
import { PASSWORD } from '../lib/world.mjs'

const open = (path) => async (page) => {
  await page.goto(path)
  await page.locator('main h1').first().waitFor()
  await page.locator('[aria-busy=true]').waitFor({ state: 'detached' })
}
export const clerk = { login: 'wangfang', password: PASSWORD }

export const scenes = {
  orgs: { go: open('/orgs') },
  'orgs-one': { go: (page, { orgs }) => open(`/orgs?at=${orgs[1001].id}`)(page) },
  'orgs-search': {
    go: async (page) => {
      await open('/orgs')(page)
      await page.getByRole('searchbox').fill('供电所')
    },
  },
  'orgs-create': {
    go: async (page, { orgs }) => {
      await open(`/orgs?at=${orgs[3301].id}`)(page)
      await page.getByRole('button', { name: /新增下级|Add below/ }).click()
      await page.getByRole('dialog').last().waitFor()
    },
  },
  users: { go: open('/users') },
  user: { go: (page, { users }) => open(`/users/${users.wangfang.id}`)(page) },
  'user-edit': { go: (page, { users }) => open(`/users/${users.wangfang.id}/edit`)(page) },
  'user-new': {
    go: async (page) => {
      await open('/users/new')(page)
      await page.getByRole('button', { name: /随机生成|Generate/ }).click()
      await page.getByRole('button', { name: /添加授权|Add a grant/ }).click()
      await page.getByRole('combobox', { name: /所属组织|Belongs to/ }).click()
      await page.getByRole('tree').waitFor()
    },
  },
  'user-stop': {
    go: async (page, { users }) => {
      await open(`/users/${users.wangfang.id}`)(page)
      await page.getByRole('button', { name: /停用|Stop/ }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  'user-password': {
    go: async (page, { users }) => {
      await open(`/users/${users.wangfang.id}`)(page)
      await page.getByRole('button', { name: /重置密码|Reset password/ }).click()
      await page.getByRole('dialog').waitFor()
      await page.getByLabel(/^新密码|^New password/).fill('abc')
    },
  },
  home: { go: open('/'), as: clerk },
  tasks: { go: open('/tasks'), as: { login: 'zhaolei', password: PASSWORD } },
  'tasks-done': { go: open('/tasks?tab=done'), as: { login: 'zhaolei', password: PASSWORD } },
  'tasks-province': { go: open('/tasks'), as: { login: 'sunli', password: PASSWORD } },
  roles: { go: open('/roles') },
  account: { go: open('/account'), as: clerk },
  forbidden: { go: open('/users'), as: clerk },
}
