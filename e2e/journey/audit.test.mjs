// The audit log: searched in words, an entry opened, the chains verified, an export checked, retention set.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { journeys } from '../lib/journey.mjs'
import { auditor, PASSWORD } from '../lib/world.mjs'

const run = promisify(execFile)
const clerk = { login: 'wangfang', password: PASSWORD }

const frame = journeys({
  prepare: async ({ call, orgs }) => {
    await call('PUT', `/orgs/${orgs[1003].id}/name`, { name: '平湖县供电公司', short_name: '平湖县公司' }, { 'If-Match': '"1"' })
  },
})
const row = (page, text) => page.getByRole('row').filter({ hasText: text })

describe('the audit log', () => {
  it('is searched in words and opened, and tells of that', async () => {
    const page = await frame.open(auditor, '/audit')
    await page.getByRole('searchbox').fill('更名')
    await row(page, '新增单位').first().waitFor({ state: 'detached' })
    await row(page, '单位更名').getByText('平湖县公司').waitFor()
    await checkAccessible(page, 'audit list')
    await row(page, '单位更名').getByRole('link').click()
    await page.getByRole('heading', { name: '单位更名', level: 1 }).waitFor()
    await page.getByRole('row').filter({ hasText: 'short_name' }).getByText('平湖县公司').waitFor()
    await page.getByText('未被改动').waitFor()
    await checkAccessible(page, 'audit entry')
    await page.goto('/audit?kind=read')
    await row(page, '查看审计记录内容').first().waitFor()
  })

  it('is verified while its user watches', async () => {
    const page = await frame.open(auditor, '/audit/chain')
    await page.getByRole('button', { name: '立即校验' }).click()
    await page.getByText(/完好：校验 \d+ 条记录/).waitFor()
    await checkAccessible(page, 'audit chain verified')
  })

  it('leaves as an archive that the public key proves', async () => {
    const page = await frame.open(auditor, '/audit/chain')
    const key = await page.locator('code.key').first().textContent()
    await page.goto('/audit?q=更名')
    await page.getByRole('button', { name: '导出' }).click()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /CSV/ }).click()])
    const file = await download.path()
    assert.equal((await readFile(file)).subarray(0, 2).toString(), 'PK')
    const { stdout } = await run(path.resolve(process.env.ZHIYIN_BIN ?? ''), ['verify', '--export', file, '--public-key', key])
    assert.match(stdout, /1 entries[\s\S]*whole/)
  })

  it('is kept as long as its rule says, at least as long as the law', async () => {
    const page = await frame.open(auditor, '/audit/chain')
    await page.getByRole('button', { name: /清河.*保存期限/ }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/第五十六条/).waitFor()
    await dialog.getByRole('checkbox', { name: '永久保存' }).uncheck()
    await dialog.getByLabel('保存月数').fill('60')
    await dialog.getByRole('button', { name: '保存' }).click()
    await row(page, '清河').getByText('60 个月').first().waitFor()
  })

  it('can be read on a phone, and in English', async () => {
    const page = await frame.open(auditor, '/audit', { viewport: phone, lang: 'en' })
    await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor()
    await checkAccessible(page, 'audit on a phone')
    await page.goto('/audit/chain')
    await page.getByText('Public key').waitFor()
    await checkAccessible(page, 'audit chain on a phone')
  })

  it('is closed to others', async () => {
    const page = await frame.open(clerk, '/audit')
    await page.getByRole('heading', { name: '您没有查看此页的权限' }).first().waitFor()
  })
})
