// The supply side of the archive on the demo company: meter by number, fault to customers and back, a defect, an account
// changed by two at once, the customer's own installation; and what a neighbour and people without the right see.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { journeys, pick, ready } from '../lib/journey.mjs'
import { startServer } from '../lib/server.mjs'
import { signIn } from '../lib/world.mjs'

const person = (login) => ({ login, password: 'zhiyin-demo' })
const maintainer = person('maintainer1001')
const metering = person('metering1001')
const agent = person('agent1001')
const analyst = person('analyst1001')
const neighbour = person('maintainer1002')

let call
const frame = journeys({
  start: () => startServer({ args: ['--size', '400'] }),
  prepare: async ({ url }) => (call = await signIn(url, maintainer)),
})
const some = async (path) => (await call('GET', `/${path}`)).body.items
const one = async (path) => (await some(`${path}${path.includes('?') ? '&' : '?'}limit=1`))[0]
const heading = (page, name) => page.getByRole('heading', { level: 1, name })
const button = (page, name) => page.getByRole('button', { name, exact: true })
const tab = (page, name) => page.getByRole('tab', { name })

/** A line with accounts behind it, one of them important where there is one. */
async function busyLine() {
  const important = await one('accounts?importance=any')
  const account = important ?? (await one('accounts?class=hv'))
  return { account, line: (await call('GET', `/lines/${account.line_id}`)).body }
}

describe('find', () => {
  it('a meter by its number in Ctrl+K, its account and customer from there', async () => {
    const meter = await one('meters?status=installed')
    const page = await frame.open(agent, '/')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: '搜索与命令' }).fill(meter.asset_no)
    await page.getByRole('option', { name: new RegExp(`${meter.asset_no}.*电能表`) }).click()
    await heading(page, meter.asset_no).waitFor()
    await page.getByRole('region', { name: '装拆历史' }).getByText('在装').waitFor()
    await checkAccessible(page, 'meter')
    await page.getByRole('list', { name: '安装位置' }).getByRole('link', { name: new RegExp(meter.names.account_no) }).first().click()
    await heading(page, meter.names.account_no).waitFor()
    await page.getByRole('list', { name: '供电路径' }).waitFor()
    await checkAccessible(page, 'account')
  })

  it('an account by a former number, a district by pinyin initials', async () => {
    const [account, district] = [await one('accounts?status=normal'), await one('districts')]
    await call('POST', `/accounts/${account.id}/numbers`, { number: '9900112233' })
    const page = await frame.open(agent, '/')
    const box = page.getByRole('combobox', { name: '搜索与命令' })
    await page.keyboard.press('Control+k')
    await box.fill('9900112233')
    await page.getByRole('option', { name: new RegExp(`${account.account_no}.*用电户`) }).click()
    await heading(page, account.account_no).waitFor()
    await page.getByRole('list', { name: '户号' }).getByText('9900112233').waitFor()
    await page.keyboard.press('Control+k')
    await box.fill(district.no)
    await page.getByRole('option', { name: new RegExp(`${district.name}.*台区`) }).first().click()
    await heading(page, district.name).waitFor()
  })
})

describe('fault', () => {
  it('to the customers behind it, important ones first, and back', async () => {
    const { account, line } = await busyLine()
    const page = await frame.open(agent, `/network/line/${line.id}`)
    await tab(page, '停电影响').click()
    const rows = page.locator('tbody:not([aria-hidden]) tr')
    await rows.first().waitFor()
    await checkAccessible(page, 'impact')
    const reach = (await call('GET', `/traces/line/${line.id}`)).body
    const card = page.getByRole('region', { name: '停电影响范围' })
    await card.getByText(reach.accounts.toLocaleString('en'), { exact: true }).first().waitFor()
    if (account.importance !== 'ordinary') assert.doesNotMatch(await rows.first().innerText(), /一般/)
    // The hotline reads phones in part, and takes no file away.
    assert.match(await rows.first().innerText(), /\d{3}\*{4}\d{4}/)
    assert.equal(await page.getByRole('link', { name: '导出 CSV' }).count(), 0)
    const no = await rows.first().locator('td').nth(1).innerText()
    await rows.first().getByRole('link').first().click()
    await heading(page, no).waitFor()
    await page.getByRole('list', { name: '供电路径' }).getByRole('link', { name: new RegExp(line.name) }).click()
    await heading(page, line.name).waitFor()
    await page.getByRole('list', { name: '上级供电路径' }).waitFor()
    await checkAccessible(page, 'line')
  })

  it('gives the list as a file to those who may', async () => {
    const { line } = await busyLine()
    const page = await frame.open(maintainer, `/network/line/${line.id}?tab=impact`)
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '导出 CSV' }).click()])
    assert.equal(download.suggestedFilename(), 'affected.csv')
  })

  it('leads from a customer to the network', async () => {
    const { account } = await busyLine()
    const page = await frame.open(agent, `/customers/${account.customer_id}`)
    await page.getByRole('list', { name: /的供电路径/ }).first().getByRole('link').first().click()
    await page.getByText('变电站').first().waitFor()
    await ready(page)
  })
})

describe('condition', () => {
  it('records a defect, sees it on the way of an account, and remedies it', async () => {
    const { account, line } = await busyLine()
    const item = await one(`equipment?node_id=${line.id}`)
    const page = await frame.open(metering, `/network/equipment/${item.id}`)
    await button(page, '登记巡视或缺陷').click()
    await heading(page, '登记巡视或缺陷').waitFor()
    await page.getByLabel('情况描述').fill('套管渗油，油位偏低')
    await page.getByLabel('发现时间').fill('2026-11-20 08:30')
    await page.keyboard.press('Enter')
    await button(page, '登记巡视或缺陷').click()
    await page.getByText('必填，请填写').first().waitFor() // a defect has a grade
    await checkAccessible(page, 'condition form')
    await pick(page, '缺陷等级', '危急')
    await pick(page, '此后的健康状态', '严重')
    await button(page, '登记巡视或缺陷').click()
    await heading(page, item.name).waitFor()
    await page.getByText('套管渗油，油位偏低').waitFor()
    await page.getByText(/处缺陷未消除/).waitFor()
    await checkAccessible(page, 'equipment')

    const hotline = await frame.open(agent, `/accounts/${account.id}`)
    await hotline.getByText(/套管渗油/).waitFor()

    await button(page, '登记消缺').first().click()
    await page.getByLabel('消除或恢复时间').fill('2026-11-21 10:00')
    await page.keyboard.press('Enter')
    await page.getByLabel('处理措施').fill('更换密封圈并补油')
    await button(page, '保存').click()
    await page.getByText('处理：更换密封圈并补油').waitFor()
  })
})

describe('change', () => {
  it('tells of a conflict between two people and keeps both changes', async () => {
    const account = await one('accounts?class=lv_nonres')
    const page = await frame.open(maintainer, `/accounts/${account.id}`)
    await button(page, '编辑').click()
    await page.getByLabel('抄表段').fill('CB-01')
    const { version: _v, names: _n, masked: _m, org_id: _o, id: _i, created_at: _c, updated_at: _u, ...input } = (await call('GET', `/accounts/${account.id}`)).body
    const other = await signIn(frame.world.url, metering)
    await other('PUT', `/accounts/${account.id}`, { ...input, industry: 'C2511', reading_section: 'CB-99' }, { 'If-Match': `"${account.version}"` })
    await button(page, '保存').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('CB-99').waitFor()
    await dialog.getByText('C2511').waitFor()
    await checkAccessible(page, 'conflict')
    await dialog.getByRole('radio').first().check()
    await dialog.getByRole('button', { name: '保存' }).click()
    await page.waitForURL(`**/accounts/${account.id}`)
    await heading(page, account.account_no).waitFor()
    const now = (await call('GET', `/accounts/${account.id}`)).body
    assert.equal(now.reading_section, 'CB-01')
    assert.equal(now.industry, 'C2511')
  })

  it('is taken back', async () => {
    const district = await one('districts?limit=3')
    const page = await frame.open(maintainer, `/districts/${district.id}/edit`)
    await page.getByRole('textbox', { name: '名称', exact: true }).fill('改名试试台区')
    await button(page, '保存').click()
    await heading(page, '改名试试台区').waitFor()
    await button(page, '撤销').click()
    await heading(page, district.name).waitFor()
    assert.equal((await call('GET', `/districts/${district.id}`)).body.name, district.name)
  })

  it('adds a meter, hangs it, takes it down; the history tells', async () => {
    const page = await frame.open(metering, '/meters/new')
    await page.getByLabel('资产编号').fill('33-9988-7766')
    await checkAccessible(page, 'meter form')
    await button(page, '新增电能表').click()
    await heading(page, '33-9988-7766').waitFor()
    const point = await one('metering-points?status=in_use')
    await button(page, '装表').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox', { name: '计量点' }).fill(point.no)
    await page.getByRole('option', { name: new RegExp(point.no) }).first().click()
    await checkAccessible(page, 'install')
    await dialog.getByRole('button', { name: '装表' }).click()
    await page.getByText('已装表').waitFor()
    await page.getByRole('region', { name: '装拆历史' }).getByText(new RegExp(point.no)).waitFor()
    await button(page, '拆表').click()
    await dialog.getByLabel('原因').fill('换表试验')
    await dialog.getByRole('button', { name: '拆表' }).click()
    await page.getByText('换表试验').waitFor()
    await button(page, '操作').click()
    await page.getByRole('menuitem', { name: '删除' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '删除' }).click()
    await page.getByText(/不能删除|引用/).last().waitFor() // it hung somewhere: the history keeps it
  })
})

describe('own installation', () => {
  it('gets a state, then another one that begins with what held', async () => {
    const account = await one('accounts?class=lv_nonres')
    const page = await frame.open(maintainer, `/accounts/${account.id}?tab=installation`)
    await button(page, '新增受电装置记录').click()
    await page.getByLabel('生效日期').fill('2026-01-01')
    await page.keyboard.press('Enter')
    await page.getByLabel('保安负荷（kW）').fill('150')
    await button(page, '添加电源').click()
    const source = page.getByRole('group', { name: '电源 1' })
    await source.getByLabel('来自').fill('城东线')
    await button(page, '保存').click()
    await source.getByText('必填，请填写').waitFor() // its capacity
    await checkAccessible(page, 'installation form')
    await source.getByLabel('容量（kVA）').fill('630')
    await button(page, '保存').click()
    await page.getByText('受电装置记录已新增').waitFor()
    await page.getByRole('heading', { name: '2026-01-01 起' }).waitFor()
    await page.getByText('150 kW').waitFor()
    await checkAccessible(page, 'installation')

    await button(page, '新增受电装置记录').click()
    await page.getByLabel('生效日期').fill('2026-06-01')
    await page.keyboard.press('Enter')
    assert.equal(await page.getByLabel('保安负荷（kW）').inputValue(), '150')
    await page.getByLabel('保安负荷（kW）').fill('200')
    await button(page, '保存').click()
    await page.getByRole('heading', { name: '2026-01-01 至 2026-05-31' }).waitFor()
    await page.getByText('200 kW').waitFor()
  })
})

describe('rights', () => {
  it('a neighbour finds, lists and opens nothing of another company', async () => {
    const [account, meter, line] = [await one('accounts'), await one('meters'), await one('lines')]
    const page = await frame.open(neighbour, `/accounts?q=${account.account_no}`)
    await page.getByText('没有符合条件的记录').first().waitFor()
    await page.keyboard.press('Control+k')
    for (const text of [account.account_no, meter.asset_no, line.no]) {
      const answered = page.waitForResponse((r) => r.url().includes('/api/v1/search') && r.url().includes(encodeURIComponent(text)))
      await page.getByRole('combobox', { name: '搜索与命令' }).fill(text)
      assert.deepEqual((await (await answered).json()).items, [])
    }
    for (const path of [`/accounts/${account.id}`, `/meters/${meter.id}`, `/network/line/${line.id}`]) {
      await page.goto(path)
      await page.getByText('不在您的查看范围内').first().waitFor()
      assert.equal(await page.getByText(line.name).count(), 0)
    }
  })

  it('those without the right are told so, and see no way to change', async () => {
    const account = await one('accounts')
    const page = await frame.open(analyst, `/accounts/${account.id}`)
    await page.getByText(/没有.*权限/).first().waitFor()
    assert.equal(await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '供电网络' }).count(), 0)
    const hotline = await frame.open(agent, `/accounts/${account.id}`)
    await hotline.getByRole('tab', { name: '概况' }).waitFor()
    for (const name of ['编辑', '操作', '添加旧户号']) assert.equal(await button(hotline, name).count(), 0)
    await hotline.goto(`/accounts/${account.id}/edit`)
    await hotline.getByText(/没有.*权限/).first().waitFor()
  })
})

describe('every page', () => {
  it('is accessible and fits a phone', async () => {
    const [account, premise, point, meter] = [await one('accounts?class=hv'), await one('premises'), await one('metering-points'), await one('meters')]
    const [station, line, district, item] = [await one('substations'), await one('lines'), await one('districts'), await one('equipment')]
    const paths = ['/accounts', '/premises', '/metering-points', '/meters', '/network', '/network/line', '/network/district', '/network/equipment']
    paths.push(`/premises/${premise.id}`, `/metering-points/${point.id}`, `/meters/${meter.id}`, `/network/substation/${station.id}`, `/network/line/${line.id}`)
    paths.push(`/network/district/${district.id}?tab=equipment`, `/network/district/${district.id}?tab=impact`, `/network/equipment/${item.id}`)
    for (const name of ['overview', 'metering', 'contracts', 'consumption']) paths.push(`/accounts/${account.id}?tab=${name}`)
    paths.push(`/accounts/${account.id}/edit`, '/supply-contracts/new', '/equipment/new')
    const page = await frame.open(maintainer, '/', { viewport: phone })
    for (const path of paths) {
      await page.goto(path)
      await ready(page)
      await page.locator('.skeleton').first().waitFor({ state: 'detached' })
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      assert.ok(wide <= 0, `${path} is ${wide} px too wide`)
      await checkAccessible(page, path)
    }
  })
})
