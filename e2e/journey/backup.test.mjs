// Backups: made and verified from the page, the schedule changed, the warning at home, and the file proved by the command.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { phone } from '../lib/browser.mjs'
import { journeys } from '../lib/journey.mjs'
import { admin, PASSWORD, signIn } from '../lib/world.mjs'

const run = promisify(execFile)
const frame = journeys()
const status = async () => (await frame.world.call('GET', '/backup-status')).body

describe('a backup', () => {
  it('is made and verified while the administrator looks on', async () => {
    const page = await frame.open(admin, '/backups')
    await page.getByText('还没有备份').waitFor()
    await page.getByRole('button', { name: '立即备份' }).click()
    const item = page.getByRole('listitem').filter({ hasText: 'zhiyin-' })
    await item.getByText('未验证').waitFor()
    await item.getByRole('button', { name: '验证' }).click()
    await item.getByText('已验证可恢复').waitFor()
    await page.getByText(/的备份已验证可以恢复/).waitFor()
  })

  it('is equal by the command too', async () => {
    const { directory } = await status()
    const [file] = await readdir(directory)
    const args = ['verify', '--data', path.dirname(directory), '--backup', path.join(directory, file)]
    const { stdout } = await run(path.resolve(process.env.ZHIYIN_BIN ?? ''), args)
    assert.match(stdout, /一致 · equal/)
  })
})

describe('the schedule', () => {
  it('is changed at phone width', async () => {
    const page = await frame.open(admin, '/backups', { viewport: phone })
    await page.getByRole('button', { name: '修改' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('周三').check()
    await dialog.getByLabel('保留份数').fill('12')
    await dialog.getByRole('button', { name: '保存' }).click()
    await page.getByText('周三、周日 02:00').waitFor()
    const { schedule } = await status()
    assert.deepEqual([schedule.days, schedule.keep, schedule.version > 1], [[3, 7], 12, true])
  })

  it('needs a day', async () => {
    const page = await frame.open(admin, '/backups')
    await page.getByRole('button', { name: '修改' }).click()
    const dialog = page.getByRole('dialog')
    for (const day of ['周三', '周日']) await dialog.getByLabel(day).uncheck()
    await dialog.getByRole('button', { name: '保存' }).click()
    await dialog.getByText('必填，请填写。').first().waitFor()
  })
})

describe('others', () => {
  it('see the list without its buttons, or no page at all', async () => {
    const page = await frame.open({ login: 'chenyu', password: PASSWORD }, '/backups')
    await page.getByText('已验证可恢复').waitFor()
    assert.equal(await page.getByRole('button', { name: /立即备份|重新验证|修改/ }).count(), 0)
    const clerk = await signIn(frame.world.url, { login: 'wangfang', password: PASSWORD })
    await assert.rejects(clerk('GET', '/backups'), /403/)
    await assert.rejects(clerk('POST', '/backups'), /403/)
  })

  it('are not warned as long as one is proved', async () => {
    const page = await frame.open(admin, '/')
    await page.getByRole('heading', { name: '最近打开' }).waitFor()
    assert.equal(await page.getByRole('link', { name: '查看备份' }).count(), 0)
  })
})
