// What is seen of a case's customer, and what leaves: its handler sees some fields while he has it, a picture small on the
// screen, takes the file only by an approval and with his mark, and prints the order masked until it is approved.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { addHandlers, handler, register, step } from '../lib/cases.mjs'
import { journeys } from '../lib/journey.mjs'
import { PASSWORD, security, signIn } from '../lib/world.mjs'

const as = (login) => ({ login, password: PASSWORD })
const NUMBER = '13800007788'
const MAIL = 'qingshan@example.com'
const NAME = '诸葛青山'
const SERIAL = /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/
// One grey dot.
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==', 'base64')
let one, nobodys, customer, asHandler, asHead
const frame = journeys({ prepare })
const button = (page, name) => page.getByRole('button', { name, exact: true })

async function prepare(world) {
  await addHandlers(world)
  let asClerk, keep
  ;[asClerk, keep, asHandler, asHead] = await Promise.all([as('wangfang'), as('hejing'), handler, as('zhaolei')].map((p) => signIn(world.url, p)))
  customer = (await keep('POST', '/customers', { kind: 'person', name: NAME, contacts: [{ kind: 'phone', value: NUMBER, primary: true }, { kind: 'email', value: MAIL }], confirm_duplicates: true })).body
  const unit_id = world.orgs[100102].id
  const made = (input) => register(asClerk, { unit_id, text: '停电没有通知', caller_name: NAME, caller_phone: NUMBER, ...input }).then((c) => step(asHandler, c, 'accept'))
  one = await made({ customer_id: customer.id, place: '人民东路 18 号' })
  nobodys = await made({ anonymous: true, text: '有人私自接电' })
  for (const c of [one, nobodys]) {
    const sent = await fetch(`${world.url}/api/v1/cases/${c.id}/attachments`, {
      method: 'POST', body: PNG, headers: { Cookie: asHandler.cookie, 'Content-Type': 'application/octet-stream', 'Content-Disposition': "attachment; filename*=UTF-8''%E7%8E%B0%E5%9C%BA.png", 'Idempotency-Key': randomUUID() },
    })
    assert.equal(sent.status, 201, await sent.text())
  }
}

/** The head approves what the handler asked for last. */
async function approve() {
  const l = (await asHandler('GET', '/lookups/mine')).body.items[0]
  await asHead('POST', `/lookups/${l.id}/decide`, { approve: true }, { 'If-Match': `"${l.version}"` })
}
async function ask(page, name) {
  await button(page, name).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('事由').fill('核对现场材料')
  await button(dialog, '提交申请').click()
  await page.getByText('等待').first().waitFor()
  await approve()
  await button(page, '开始使用').click()
}

describe('what leaves of a case', () => {
  it('a file leaves by an approval, with its taker on it', { timeout: 30_000 }, async () => {
    const page = await frame.open(handler, `/cases/${one.id}`)
    const files = page.getByRole('list', { name: '附件' })
    assert.equal(await files.getByRole('link').count(), 0)
    await button(page, '预览 现场.png').click()
    const img = page.getByRole('img', { name: '现场.png' })
    await img.waitFor()
    await page.waitForFunction((i) => i.naturalWidth > 0, await img.elementHandle())
    await page.keyboard.press('Escape')
    await checkAccessible(page, 'files of a case')
    await ask(page, '申请导出')
    const link = files.getByRole('link', { name: '下载 现场.png' })
    await link.waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
    const serial = download.suggestedFilename().match(SERIAL)?.[0]
    assert.ok(serial, download.suggestedFilename())
    assert.equal((await readFile(await download.path())).subarray(0, 3).toString('hex'), 'ffd8ff', 'a JPEG')
    const traced = (await asHead('POST', '/lookups/trace', { serial })).body
    assert.deepEqual([traced.user_name, traced.what], ['宋岚', 'case_file'])
  })

  it('who has the case sees its customer, and why is told', { timeout: 30_000 }, async () => {
    const page = await frame.open(handler, `/customers/${customer.id}`)
    await page.getByText(`正在办理工单 ${one.case_no}，可见：地址、联系人、姓名、电话`).waitFor()
    await page.getByText(NUMBER).first().waitFor()
    assert.equal(await page.getByText(MAIL).count(), 0)
    await page.getByText('其余个人信息已脱敏').waitFor()
    assert.match(await page.locator('.watermark span').first().getAttribute('data-text'), /^宋岚 /)
    await checkAccessible(page, 'customer of my case')
    const other = await frame.open(as('machao'), `/customers/${customer.id}`, { viewport: phone })
    await other.getByText('个人信息已脱敏').waitFor()
    assert.equal(await other.getByText(NUMBER).count(), 0)

    const lead = await frame.open(as('zhaolei'), `/cases/${one.id}`)
    await button(lead, '操作').click()
    await lead.getByRole('menuitem', { name: '为何可见' }).click()
    const why = lead.getByRole('dialog', { name: '为何可见' })
    await why.getByRole('combobox').fill('宋岚')
    await lead.getByRole('option', { name: /宋岚/ }).click()
    await why.getByText(`正在办理工单 ${one.case_no}`).waitFor()
    await checkAccessible(lead, 'why he sees the customer of his case')
  })

  it('a file of nobody is taken by who decides', { timeout: 20_000 }, async () => {
    const page = await frame.open(handler, `/cases/${nobodys.id}`)
    await page.getByText('本单没有客户').waitFor()
    assert.equal(await page.getByRole('link', { name: '下载 现场.png' }).count(), 0)
    const lead = await frame.open(as('zhaolei'), `/cases/${nobodys.id}`, { viewport: phone })
    const [download] = await Promise.all([lead.waitForEvent('download'), lead.getByRole('link', { name: /^下载/ }).click()])
    assert.match(download.suggestedFilename(), SERIAL)
    assert.ok(await lead.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'fits a phone')
  })

  it('the order and the letter are masked but by an approval', { timeout: 30_000 }, async () => {
    const page = await frame.open(handler, `/cases/${one.id}/order`)
    const sheet = page.getByRole('article', { name: '工单' })
    await sheet.getByText('个人信息已脱敏').waitFor()
    assert.equal(await sheet.getByText(new RegExp(`${NUMBER}|${NAME}`)).count(), 0)
    assert.match(await page.locator('.watermark span').first().getAttribute('data-text'), /^宋岚 .*个人信息已脱敏$/)
    await checkAccessible(page, 'masked order')
    await ask(page, '申请打印')
    await button(page, '按批准打印全文').click()
    await sheet.getByText(NUMBER).first().waitFor()
    const line = await sheet.getByText(/保密资料/).innerText()
    assert.match(line, /领取人 宋岚/)
    assert.match(await page.locator('.watermark span').first().getAttribute('data-text'), new RegExp(`^宋岚 .* ${line.match(SERIAL)[0]}$`))
    await checkAccessible(page, 'order shown whole')
    await page.goto(`/cases/${one.id}/thanks`)
    await page.getByText('个人信息已脱敏').first().waitFor()
    assert.equal(await page.getByText(NAME).count(), 0)
  })

  it('the security administrator says what a case shows', { timeout: 30_000 }, async () => {
    const page = await frame.open(security, '/lookup-rule')
    const some = page.getByRole('group', { name: '办理工单的人可见' })
    await some.getByText('姓名', { exact: true }).click()
    await button(page, '保存').click()
    await page.getByText('已保存规则').waitFor()
    await checkAccessible(page, 'rule of look-ups')
    const seen = (await asHandler('GET', `/customers/${customer.id}`)).body
    assert.deepEqual([seen.name === NAME, seen.contacts[0].value], [false, NUMBER])
  })
})
