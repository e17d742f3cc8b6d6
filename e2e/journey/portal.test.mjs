// What a customer does himself, on a telephone: signs in by a code, follows his case like a parcel, sets a service password;
// what a stranger finds out; and what the staff sees and ends.
import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { sendThrough, startGateway } from '../lib/gateway.mjs'
import { journeys, ready } from '../lib/journey.mjs'
import { startServer } from '../lib/server.mjs'
import { signIn } from '../lib/world.mjs'

const person = (login) => ({ login, password: 'zhiyin-demo' })
const PASSWORD = 'zhiyin-demo'
// The smallest picture there is.
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
let gateway, account, customer, head, metering
const frame = journeys({ start: () => startServer({ args: ['--size', '400'] }), prepare })
after(() => gateway?.stop())

async function prepare({ url, output }) {
  gateway = await startGateway()
  account = output().match(/户号 account (\S+)/)[1]
  const [admin, clerk, ...others] = await Promise.all(['admin', 'clerk1001', 'head1001', 'metering1001'].map((login) => signIn(url, person(login))))
  ;[head, metering] = others
  const company = (await admin('GET', '/orgs')).body.items.find((o) => o.code === '1001')
  await sendThrough(gateway, admin, company.id)
  customer = (await clerk('GET', `/accounts?q=${account}`)).body.items[0].customer_id
}
const button = (page, name) => page.getByRole('button', { name, exact: true })
const heading = (page, name) => page.getByRole('heading', { level: 1, name })
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
const open = (path, look = { viewport: phone }) => frame.open(null, path, look)

/** Brings a case to where it waits for the verdict. */
async function settle(id) {
  const step = async (call, action, body) => {
    const now = (await call('GET', `/cases/${id}`)).body
    return (await call('POST', `/cases/${id}/${action}`, body, { 'If-Match': `"${now.version}"` })).body
  }
  await step(metering, 'accept')
  await step(metering, 'resolve', { answer: '已更换电表，红灯是欠压提示。' })
}

async function byPassword(page, password = PASSWORD) {
  await page.getByText('服务密码', { exact: true }).click()
  await page.getByLabel('户号').fill(account)
  await page.getByLabel('服务密码', { exact: true }).last().fill(password)
  await button(page, '登录').click()
}

describe('a customer', () => {
  it('signs in by a code, follows his case, and lets another follow it', async () => {
    const page = await open('/service/')
    await heading(page, '登录').waitFor()
    await checkAccessible(page, 'portal sign-in')
    await page.getByLabel('户号').fill(account)
    const from = gateway.texts.length
    await button(page, '获取验证码').click()
    const [, code] = await gateway.next(/验证码(\d{6})/, from)
    await page.getByLabel('验证码', { exact: true }).last().fill(code)
    await button(page, '登录').click()
    await heading(page, '我的工单').waitFor()
    await ready(page)
    await checkAccessible(page, 'portal cases')
    await page.getByRole('link', { name: /又遇到同一个人/ }).click()
    await page.getByText('办到哪一步').waitFor()
    await page.getByText('已受理', { exact: true }).waitFor()
    await page.getByText(/承诺 .* 前完成/).first().waitFor()
    assert.ok(await fits(page), 'the case is wider than the phone')
    await checkAccessible(page, 'portal case')
    const [number, lookup] = await page.locator('.mono').allTextContents()
    await page.getByRole('link', { name: '查进度' }).click()
    await page.getByLabel('工单号').fill(number)
    await page.getByLabel('查询码').fill('AAAA AAAA')
    await button(page, '查询').click()
    await page.getByText('没有查到').waitFor()

    const other = await open('/service/progress')
    await other.getByLabel('工单号').fill(number)
    await other.getByLabel('查询码').fill(lookup.toLowerCase())
    await button(other, '查询').click()
    await other.getByRole('heading', { name: new RegExp(number) }).waitFor()
    assert.equal(await other.getByText(/又遇到同一个人/).count(), 0, 'whoever has the code reads what was said')
    await checkAccessible(other, 'portal progress')
  })
})

describe('a promise', () => {
  it('is shown to the customer it was made to, with the case it was made in', async () => {
    const [own] = (await head('GET', `/cases?customer_id=${customer}`)).body.items
    const give = (input) => head('POST', '/promises', input, { 'Idempotency-Key': crypto.randomUUID() })
    await give({ customer_id: customer, type: 'callback', value: 60, words: '一小时内给您回电' })
    await give({ source_type: 'case', source_id: own.id, type: 'visit', value: 24, words: '明天上门核对' })
    const page = await open('/service/promises')
    await byPassword(page)
    await heading(page, '对我的承诺').waitFor()
    await page.getByText('一小时内给您回电', { exact: true }).waitFor()
    await checkAccessible(page, 'portal promises')
    assert.ok(await fits(page), 'the promises are wider than the phone')
    await page.getByRole('listitem').filter({ hasText: '明天上门核对' }).getByRole('link', { name: new RegExp(own.case_no) }).click()
    await page.getByRole('heading', { name: '对您的承诺' }).waitFor()
    await page.getByText('明天上门核对').waitFor()
    assert.equal(await page.getByText('一小时内给您回电', { exact: true }).count(), 0, 'a promise of no case stands in one')
    await checkAccessible(page, 'portal case with a promise')
  })
})

describe('a request', () => {
  it('is kept on the telephone until it is sent with a photograph, and ends with the customer’s verdict', async () => {
    const page = await open('/service/new')
    await byPassword(page)
    await heading(page, '我要反映').waitFor()
    await page.getByText('电表有问题', { exact: true }).click()
    await page.getByLabel('请说说情况').fill('电表一直闪红灯，没开电器也在走字。')
    await checkAccessible(page, 'portal request')
    assert.ok(await fits(page), 'the request is wider than the phone')
    await page.reload()
    await heading(page, '我要反映').waitFor()
    assert.equal(await page.getByLabel('请说说情况').inputValue(), '电表一直闪红灯，没开电器也在走字。')
    await page.locator('input[type=file]').setInputFiles([
      { name: '电表.png', mimeType: 'image/png', buffer: PNG },
      { name: '太大.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(20 * 1024 * 1024 + 1) },
    ])
    await page.getByText('超过 20 MB 的文件没有添加').waitFor()
    await button(page, '提交').click()
    await heading(page, '已收到').waitFor()
    await checkAccessible(page, 'portal request sent')
    const [number] = await page.locator('.mono').allTextContents()
    await page.getByRole('link', { name: '看进度' }).click()
    await page.getByRole('link', { name: '电表.png' }).waitFor()
    await page.getByText('已受理', { exact: true }).waitFor()

    const [found] = (await head('GET', `/cases?q=${number}`)).body.items
    assert.equal(found.channel, 'web')
    await settle(found.id)
    await page.reload()
    await page.getByText('事情解决了吗？').waitFor()
    await checkAccessible(page, 'portal verdict')
    await button(page, '没解决，不满意').click()
    await button(page, '提交评价').click()
    await page.getByText('必填').waitFor()
    await page.getByLabel('哪里没有解决').fill('红灯还在闪。')
    await button(page, '提交评价').click()
    await page.getByText('谢谢您的评价').waitFor()
    await page.getByText('重新受理', { exact: true }).first().waitFor()
    const again = (await head('GET', `/cases/${found.id}`)).body
    assert.equal(again.state, 'dispatched')
    assert.equal(again.round, 2)
    assert.equal(again.verdict_by, 'portal')
  })

  it('in confidence is followed by its number and code alone', async () => {
    const page = await open('/service/new')
    await byPassword(page)
    await page.getByText('举报窃电', { exact: true }).click()
    await page.getByText('请记下工单号和查询码').waitFor()
    await page.getByLabel('请说说情况').fill('夜里有人绕表用电。')
    await button(page, '提交').click()
    await heading(page, '已收到').waitFor()
    await page.getByRole('main').getByRole('link', { name: '我的工单' }).click()
    await heading(page, '我的工单').waitFor()
    await ready(page)
    assert.equal(await page.getByText('绕表').count(), 0)
  })
})

describe('a service password', () => {
  it('is changed, and other devices are signed out', async () => {
    const page = await open('/service/me')
    await byPassword(page)
    await heading(page, '我的').waitFor()
    const elsewhere = await open('/service/cases', {})
    await byPassword(elsewhere)
    await heading(elsewhere, '我的工单').waitFor()
    await page.getByLabel('原服务密码').fill(PASSWORD)
    await page.getByLabel('新服务密码').fill('1234')
    await button(page, '保存').click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('原服务密码').fill(PASSWORD)
    await page.getByLabel('新服务密码').fill(`${PASSWORD}-2`)
    await button(page, '保存').click()
    await page.getByText('服务密码已设置').waitFor()
    const advertising = page.locator('section').filter({ has: page.getByRole('heading', { name: '推广短信' }) })
    const first = await advertising.getByRole('status').textContent()
    await advertising.getByRole('button').click()
    await advertising.getByText(/已同意/.test(first) ? '您没有同意' : '您已同意接收').waitFor()
    await checkAccessible(page, 'portal me')
    assert.ok(await fits(page), 'the profile is wider than the phone')
    await elsewhere.getByRole('link', { name: /又遇到同一个人/ }).click()
    await elsewhere.getByText('为了安全，您已退出').waitFor()
    await button(page, '退出登录').click()
    await heading(page, '登录').waitFor()
  })
})

describe('a stranger', () => {
  it('is told the same of an account that is not there', async () => {
    const page = await open('/service/sign-in')
    await page.getByLabel('户号').fill('9999999999')
    await button(page, '获取验证码').click()
    await page.getByText('如果户号正确且留有手机号').waitFor()
    await page.getByLabel('验证码', { exact: true }).last().fill('000000')
    await button(page, '登录').click()
    await page.getByText('验证码不对，或已失效').waitFor()
  })

  it('finds and reads what is published for the public', async () => {
    const page = await open('/service/help')
    await page.getByRole('main').getByRole('link').first().waitFor()
    await checkAccessible(page, 'portal help')
    const title = await page.getByRole('main').getByRole('link').first().locator('strong').textContent()
    await page.getByLabel('查找').fill('不存在的词语')
    await page.getByText('没有找到').waitFor()
    await page.getByLabel('查找').fill(title.slice(0, 4))
    await page.getByRole('link', { name: title }).click()
    await heading(page, title).waitFor()
    await page.locator('article p, article li').first().waitFor()
    await checkAccessible(page, 'portal article')
    assert.ok(await fits(page), 'the article is wider than the phone')
  })

  it('finds nothing of the staff behind the customers’ address', async () => {
    const page = await open('/service/customers/1')
    await heading(page, '没有这个页面').waitFor()
  })
})

describe('the staff', () => {
  it('sees how a customer signs in and takes it away', async () => {
    const page = await open('/service/sign-in')
    await byPassword(page, `${PASSWORD}-2`)
    await heading(page, '我的工单').waitFor()
    const clerk = await frame.open(person('clerk1001'), `/customers/${customer}`)
    const card = clerk.getByRole('region', { name: '自助服务登录' })
    await card.getByText(account).waitFor()
    await button(card, '取消登录').click()
    await button(clerk.getByRole('dialog'), '取消登录').click()
    await clerk.getByText('已取消登录').waitFor()
    await checkAccessible(clerk, 'customer with portal access')
    await page.reload()
    await heading(page, '登录').waitFor()
  })

  it('turns the portal off and on', async () => {
    const head = await frame.open(person('head1001'), '/portal-settings')
    await button(head, '关闭').click()
    await button(head.getByRole('dialog'), '关闭').click()
    await head.getByRole('region', { name: '消息' }).getByText('客户自助服务已关闭').waitFor()
    const page = await open('/service/sign-in')
    await page.getByRole('option').first().waitFor({ state: 'attached' })
    assert.equal(await page.getByRole('option').count(), 3, 'a company that is off is offered')
    await button(head, '开通').click()
    await head.getByRole('region', { name: '消息' }).getByText('客户自助服务已开通').waitFor()
  })
})
