// 外带: what leaves the house whole leaves by an approved look-up, also for who sees everything on the screen. A maintainer's
// export without one is masked; he asks for customers by a filter, the head approves on his phone, the file and a printed
// sheet carry a serial number, and by it the auditor finds who took them. The file comes in again as it went out.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { journeys, pick, ready } from '../lib/journey.mjs'
import { auditor, PASSWORD, signIn } from '../lib/world.mjs'

const as = (login) => ({ login, password: PASSWORD })
const NAMES = ['司马青云', '欧阳文渊']
const NUMBER = '13800005678'
const SERIAL = /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/
let customers
const frame = journeys({
  prepare: async (world) => {
    const keep = await signIn(world.url, as('hejing'))
    const make = async (name, tags) => (await keep('POST', '/customers', { kind: 'person', name, tags, contacts: [{ kind: 'phone', value: NUMBER, primary: true }], confirm_duplicates: true })).body
    customers = await Promise.all(NAMES.map((n) => make(n, ['重点'])))
    await make('尉迟不在内', [])
  },
})
const button = (page, name) => page.getByRole('button', { name, exact: true })

/** Takes the file that the export dialog has made. */
async function file(dialog, page) {
  const link = dialog.getByRole('link', { name: '下载文件' })
  await link.waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
  return readFile(await download.path(), 'utf8')
}

/** Asks for the customers of the list's filter. */
async function ask(page) {
  await button(page, '申请查看或导出').click()
  const dialog = page.getByRole('dialog', { name: '申请查看或导出' })
  await dialog.getByText('共 2 位客户').waitFor()
  await dialog.getByText('标签：重点').waitFor()
  await dialog.getByLabel('事由').fill('清理重点客户档案，导出核对后导回')
  await dialog.getByLabel('打印').check()
  await checkAccessible(page, 'asking by a filter')
  await button(dialog, '提交申请').click()
  await page.getByRole('heading', { level: 1, name: '何静 申请查看 2 位客户' }).waitFor()
}

async function approve() {
  const head = await frame.open(as('zhaolei'), '/tasks', { viewport: phone })
  await head.getByRole('link', { name: /审批：何静/ }).click()
  await ready(head)
  await head.getByText('按条件申请，共 2 位客户').waitFor()
  await head.getByText('标签：重点').waitFor()
  assert.ok(await head.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'fits a phone')
  await checkAccessible(head, 'approving a filter on a phone')
  await button(head, '批准').click()
  await head.getByText('已批准').first().waitFor()
}

describe('what leaves the house', () => {
  let serials
  it('is masked without an approval, whole and marked with one', { timeout: 20_000 }, async () => {
    const page = await frame.open(as('hejing'), '/customers?tag=重点')
    await page.getByText(NUMBER).first().waitFor()
    await button(page, '导出').click()
    let dialog = page.getByRole('dialog', { name: '导出客户' })
    await dialog.getByText('文件中的个人信息将脱敏').waitFor()
    await pick(page, '文件格式', 'CSV（UTF-8）')
    await button(dialog, '导出').click()
    const masked = await file(dialog, page)
    assert.match(masked, /司\S*\*/)
    assert.match(masked, /个人信息已脱敏/)
    assert.doesNotMatch(masked, new RegExp(`${NUMBER}|${NAMES.join('|')}`))
    await page.goto('/customers?tag=重点')
    await ready(page)
    await ask(page)
    await approve()
    await page.reload()
    await button(page, '开始使用').click()
    await button(page, '导出').click()
    dialog = page.getByRole('dialog', { name: '导出客户' })
    await pick(page, '文件格式', 'CSV（UTF-8）')
    await button(dialog, '导出').click()
    const whole = await file(dialog, page)
    for (const kept of [NUMBER, ...NAMES, '何静']) assert.ok(whole.includes(kept), kept)
    assert.doesNotMatch(whole, /尉迟/)
    serials = [whole.match(SERIAL)[0]]
    await comesIn(whole)
  })

  /** The file comes in again with a change, its marks left aside. */
  async function comesIn(whole) {
    const { url, orgs } = frame.world
    const keep = await signIn(url, as('hejing'))
    const sent = await fetch(`${url}/api/v1/imports?${new URLSearchParams({ org_id: orgs[1001].id, kind: 'customers', mode: 'update' })}`, {
      method: 'POST',
      headers: { Cookie: keep.cookie, 'Content-Type': 'application/octet-stream', 'Content-Disposition': "attachment; filename*=UTF-8''customers.csv" },
      body: whole.replaceAll('重点', '重点; 已核对'),
    })
    let one = await sent.json()
    for (const [step, reached] of [['check', 'checked'], ['run', 'done']]) {
      await keep('POST', `/imports/${one.id}/${step}`, undefined, { 'If-Match': `"${one.version}"` })
      for (const until = Date.now() + 8000; one.state !== reached && Date.now() < until; await setTimeout(100)) one = (await keep('GET', `/imports/${one.id}`)).body
    }
    assert.deepEqual([one.state, one.counts.customers_updated, one.counts.rejected], ['done', 2, 0], JSON.stringify(one.problems))
    assert.deepEqual((await keep('GET', `/customers/${customers[0].id}`)).body.tags.toSorted(), ['已核对', '重点'])
  }

  it('stands on paper under a serial number on every page', { timeout: 20_000 }, async () => {
    const page = await frame.open(as('hejing'), `/customers/${customers[0].id}/card`)
    const sheet = page.getByRole('article', { name: '客户基本信息卡' })
    await sheet.getByText('个人信息已脱敏').waitFor()
    assert.equal(await sheet.getByText(NUMBER).count(), 0)
    await checkAccessible(page, 'masked sheet')
    await button(page, '按批准打印全文').click()
    await sheet.getByText(NUMBER).waitFor()
    const line = await sheet.getByText(/保密资料/).innerText()
    assert.match(line, /领取人 何静/)
    serials.push(line.match(SERIAL)[0])
    assert.match(await page.locator('.watermark span').first().getAttribute('data-text'), new RegExp(`^何静 .* ${serials[1]}$`))
    await checkAccessible(page, 'sheet shown whole')
  })

  it('names its taker to the auditor', { timeout: 20_000 }, async () => {
    const page = await frame.open(auditor, '/lookups?tab=trace')
    for (const [serial, what] of [[serials[0], '客户清单（导出）'], [serials[1], '客户基本信息卡（打印）']]) {
      await page.getByLabel('文件编号').fill(serial.toLowerCase().replaceAll('-', ' '))
      await button(page, '追查').click()
      await page.getByText(new RegExp(`何静 于 .* 领取 · ${what}`)).waitFor()
    }
    await checkAccessible(page, 'traced')
    await page.goto('/audit?q=领取')
    await page.getByRole('row').filter({ hasText: '领取未脱敏文件或打印件' }).filter({ hasText: '何静' }).first().waitFor()
  })
})
