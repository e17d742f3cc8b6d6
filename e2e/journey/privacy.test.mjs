// What a person may ask about his data, on the real program: consents, one export, correction, erasure by two persons.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { inflateRawSync } from 'node:zlib'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { journeys, pick, ready } from '../lib/journey.mjs'
import { PASSWORD, signIn } from '../lib/world.mjs'

const maintainer = { login: 'hejing', password: PASSWORD }
const head = { login: 'zhaolei', password: PASSWORD }
const frame = journeys({ prepare })
const NAME = '司马青云'
const NUMBER = '15400009876'
let call, customer

async function prepare(world) {
  call = await signIn(world.url, maintainer)
  const contacts = [{ kind: 'phone', value: NUMBER, primary: true }]
  customer = (await call('POST', '/customers', { kind: 'person', name: NAME, contacts, org_id: world.orgs[1001].id })).body
  await call('POST', `/customers/${customer.id}/notes`, { text: '住在老城南，白天不在家' })
}
const button = (page, name) => page.getByRole('button', { name, exact: true })
const heading = (page, name) => page.getByRole('heading', { level: 1, name })
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
const card = (page, name) => page.getByRole('region', { name })

/** Registers a request of the customer by the screen, and notes that he is who he says. */
async function ask(kind) {
  const page = await frame.open(maintainer, `/customers/${customer.id}`)
  await button(page, '更多操作').click()
  await page.getByRole('menuitem', { name: '登记个人信息请求' }).click()
  const dialog = page.getByRole('dialog', { name: '登记个人信息请求' })
  await pick(page, '请求', kind)
  await dialog.getByLabel('客户要求').fill('请依法办理')
  await checkAccessible(page, `register ${kind}`)
  await button(dialog, '登记个人信息请求').click()
  await heading(page, kind).waitFor()
  await button(page, '核实身份').click()
  await page.getByRole('dialog').getByLabel('核对了什么').fill('身份证原件，末四位一致')
  await button(page.getByRole('dialog'), '核实身份').click()
  await page.getByText('办理中').first().waitFor()
  return page
}

/** The files of a ZIP by name, by its central directory. */
function unzip(raw) {
  const files = {}
  let at = raw.readUInt32LE(raw.length - 6)
  for (let n = raw.readUInt16LE(raw.length - 12); n > 0; n--) {
    const [size, name, extra, note, from] = [raw.readUInt32LE(at + 20), raw.readUInt16LE(at + 28), raw.readUInt16LE(at + 30), raw.readUInt16LE(at + 32), raw.readUInt32LE(at + 42)]
    const begin = from + 30 + raw.readUInt16LE(from + 26) + raw.readUInt16LE(from + 28)
    files[raw.toString('utf8', at + 46, at + 46 + name)] = inflateRawSync(raw.subarray(begin, begin + size)).toString()
    at += 46 + name + extra + note
  }
  return files
}

describe('personal information', () => {
  it('consent is given and taken back', async () => {
    const page = await frame.open(maintainer, `/customers/${customer.id}?tab=consents`)
    const sms = card(page, '推广短信')
    await sms.getByText('未同意').waitFor()
    await button(sms, '登记同意').click()
    const dialog = page.getByRole('dialog', { name: '登记同意：推广短信' })
    await dialog.getByText('每月不超过 4 条').waitFor()
    await checkAccessible(page, 'consent dialog')
    await button(dialog, '登记同意').click()
    await sms.getByText('已同意').waitFor()
    await button(sms, '撤回同意').click()
    await button(page.getByRole('dialog', { name: '撤回同意：推广短信' }), '撤回同意').click()
    await sms.getByText('已撤回').waitFor()
    assert.equal(await sms.getByRole('listitem').count(), 2)
    await checkAccessible(page, 'consents')
  })

  it('another text of a purpose asks anew; one that was used is retired, not deleted', async () => {
    await call('POST', `/customers/${customer.id}/consents`, { purpose: 'survey_contact', text_version: '2026-1', channel: 'phone' })
    const page = await frame.open(head, '/consent-purposes')
    const survey = card(page, '满意度调查联系')
    await survey.getByText('1 位客户已同意').waitFor()
    await checkAccessible(page, 'purposes')
    await button(survey, '修改用途').click()
    let dialog = page.getByRole('dialog', { name: '修改用途' })
    await dialog.getByRole('textbox', { name: /^告知文本/ }).fill('本人同意供电公司每年就供电服务与本人联系一次。')
    await dialog.getByText(/1 位已同意的客户须重新征求同意/).waitFor()
    await checkAccessible(page, 'another text')
    await button(dialog, '保存').click()
    await survey.getByText('1 位须重新征求').waitFor()
    assert.match((await survey.textContent()) ?? '', /文本 \d{4}-2/)

    const desk = await frame.open(maintainer, `/customers/${customer.id}?tab=consents`)
    const asked = card(desk, '满意度调查联系')
    await asked.getByText('须重新征求').waitFor()
    await button(asked, '登记同意').click()
    dialog = desk.getByRole('dialog', { name: '登记同意：满意度调查联系' })
    await dialog.getByText('每年就供电服务与本人联系一次').waitFor()
    await button(dialog, '登记同意').click()
    await asked.getByText('已同意').waitFor()

    await button(page, '新增用途').click()
    dialog = page.getByRole('dialog', { name: '新增用途' })
    await dialog.getByLabel('编码').fill('ev_charging')
    await dialog.getByRole('textbox', { name: /^名称/ }).fill('充电服务联系')
    await dialog.getByLabel('英文名称').fill('Charging services')
    await dialog.getByRole('textbox', { name: /^告知文本/ }).fill('本人同意就充电服务与本人联系。')
    await dialog.getByLabel('英文告知文本').fill('I agree to be contacted about charging.')
    await button(dialog, '保存').click()
    const own = card(page, '充电服务联系')
    await button(own, '更多：充电服务联系').click()
    await page.getByRole('menuitem', { name: '停用' }).click()
    await button(page.getByRole('dialog'), '停用').click()
    await own.getByText('已停用').waitFor()
    await button(own, '更多：充电服务联系').click()
    await page.getByRole('menuitem', { name: '删除' }).click()
    await button(page.getByRole('dialog'), '删除').click()
    await own.waitFor({ state: 'detached' })
  })

  it('everything that is kept comes in one file', async () => {
    const page = await ask('查阅、复制')
    await button(page, '申请导出').click()
    const asking = page.getByRole('dialog', { name: '申请导出' })
    await asking.getByLabel('事由').fill('客户依法要求复制本人信息')
    await button(asking, '提交申请').click()
    await page.getByText('等待 赵磊 审批').waitFor()
    const approving = await frame.open(head, '/tasks', { viewport: phone })
    await approving.getByRole('link', { name: /审批：何静/ }).click()
    await button(approving, '批准').click()
    await button(page, '开始使用').click()
    await button(page, '导出个人信息').click()
    const link = page.getByRole('link', { name: /下载 ZIP/ })
    await link.waitFor()
    await checkAccessible(page, 'request for access')
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
    const files = unzip(await readFile(await download.path()))
    for (const name of ['个人信息.html', 'data.json']) {
      for (const kept of [NAME, '何静', NUMBER, '住在老城南', '推广短信']) assert.ok(files[name].includes(kept), `${kept} in ${name}`)
    }
    await button(page, '结束查看').click() // nobody is erased while he is looked up
    await button(page.getByRole('dialog'), '结束查看').click()
    await button(page, '申请导出').waitFor()
    await button(page, '办结').click()
    await page.getByRole('dialog').getByLabel('怎样答复客户').fill('副本已当面交付')
    await button(page.getByRole('dialog'), '办结').click()
    await page.getByText('副本已当面交付').waitFor()
  })

  it('two persons erase, and nothing of him is found afterwards', async () => {
    const page = await ask('删除')
    await page.getByText('会计档案').or(page.getByText('网络安全法')).filter({ visible: true }).first().waitFor()
    await button(page, '提出删除').click()
    let dialog = page.getByRole('dialog', { name: '提出删除' })
    await dialog.getByLabel('客户编号').fill('X')
    await button(dialog, '提出删除').click()
    await dialog.getByText('客户编号不符').first().waitFor()
    await dialog.getByLabel('客户编号').fill(customer.customer_no)
    await checkAccessible(page, 'proposing an erasure')
    await button(dialog, '提出删除').click()
    await page.getByText('您提出的删除须由另一位同事确认。').waitFor()
    assert.equal(await button(page, '确认删除').count(), 0)

    const second = await frame.open(head, '/tasks', { viewport: phone })
    await second.getByRole('link', { name: /确认删除个人信息：何静 就请求 .* 提出/ }).click()
    await button(second, '确认删除').click()
    dialog = second.getByRole('dialog', { name: /确认删除/ })
    await dialog.getByLabel('客户编号').fill(customer.customer_no)
    await button(dialog, '确认删除').click()
    await second.getByText('已办结').first().waitFor()
    await checkAccessible(second, 'erased')
    assert.ok(await fits(second), 'fits a phone')
    await nothingIsFound()
  })
})

async function nothingIsFound() {
  for (const q of [NAME, '青云', NUMBER, customer.customer_no]) {
    assert.deepEqual((await call('GET', `/search?q=${encodeURIComponent(q)}`)).body.items, [], q)
    assert.deepEqual((await call('GET', `/customers?q=${encodeURIComponent(q)}`)).body.items, [], q)
  }
  const page = await frame.open(maintainer, `/customers/${customer.id}`)
  await heading(page, '已删除客户').waitFor()
  await page.getByText('此客户应本人请求删除').waitFor()
  await ready(page)
  await filesHoldNothing()
}

/** The job ends an erasure a moment later: then neither database nor its log holds the name. */
async function filesHoldNothing() {
  for (let tries = 40; ; tries--) {
    const found = []
    for (const name of ['zhiyin.db', 'zhiyin.db-wal']) {
      const raw = await readFile(path.join(frame.world.data, name)).catch(() => Buffer.alloc(0))
      if (raw.includes(NAME) || raw.includes('simaqingyun')) found.push(name)
    }
    if (!found.length) return
    assert.ok(tries > 0, `the name stands in ${found}`)
    await new Promise((done) => setTimeout(done, 500))
  }
}
