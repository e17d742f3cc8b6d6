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
}
