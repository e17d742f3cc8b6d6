// Stock, speed and forecast of sales on the demo company: summed in every way, explained, saved, printed, drilled into.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { journeys, pick, ready } from '../lib/journey.mjs'
import { startServer } from '../lib/server.mjs'
import { signIn } from '../lib/world.mjs'

const as = (login) => ({ login, password: 'zhiyin-demo' })
const frame = journeys({ start: () => startServer({ args: ['--size', process.env.ZHIYIN_DEMO_SIZE ?? '400'] }) })
const heading = (page, name) => page.getByRole('heading', { level: 1, name })
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
async function saved(page, format) {
  await page.getByRole('button', { name: '下载' }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: format }).click()])
  assert.ok(file.suggestedFilename().endsWith(`.${format.toLowerCase()}`))
  return readFile(await file.path(), 'utf8')
}
const lines = (page) => page.getByRole('region', { name: '售电与预测' }).locator('tbody tr')

describe('figures', () => {
  it('of one company: months, forecast, error, and how they are made', async () => {
    const page = await frame.open(as('head1001'), '/figures')
    await lines(page).first().waitFor()
    assert.equal(await lines(page).count(), 1)
    await page.getByRole('img', { name: /逐月电量/ }).waitFor()
    await page.getByText('预测及其误差').waitFor()
    await page.getByText(/上年同月电量乘以用电趋势/).waitFor()
    await page.getByText(/个月可以检验/).waitFor()
    await checkAccessible(page, 'figures')
    await page.getByRole('button', { name: '以表格查看' }).first().click()
    await page.getByRole('region', { name: /逐月电量/ }).getByRole('columnheader', { name: '上年同月' }).waitFor()
    await checkAccessible(page, 'figures as a table')
  })

  it('are summed as wanted, and agree with what the server says', async () => {
    const page = await frame.open(as('head1001'), '/figures')
    await lines(page).first().waitFor()
    await pick(page, '汇总方式', '用户分类')
    await page.waitForURL(/by=class/)
    await page.getByRole('button', { name: '低压居民' }).click()
    await page.getByRole('heading', { name: '低压居民的逐月电量' }).waitFor()
    const call = await signIn(frame.world.url, as('head1001'))
    const rows = (await call('GET', '/consumption-figures?by=class')).body.items
    assert.equal(await lines(page).count(), rows.length)
    const month = rows.find((r) => r.class === 'lv_res').figures.find((f) => f.code === 'energy_month').value
    const shown = (month / 1e7).toLocaleString('zh-CN', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
    await lines(page).filter({ hasText: '低压居民' }).getByRole('cell', { name: shown, exact: true }).first().waitFor()
    await checkAccessible(page, 'by class')
    await page.getByRole('link', { name: '“低压居民”的用电户' }).click()
    await page.waitForURL(/class=lv_res/)
  })

  it('of an account manager lead to his customers', async () => {
    const page = await frame.open(as('manager1001'), '/figures?by=manager')
    await lines(page).first().waitFor()
    await page.getByRole('link', { name: /”的客户$/ }).first().click()
    await page.waitForURL(/customers\?manager_id=/)
    await ready(page)
    await page.locator('tbody:not([aria-hidden]) tr').first().waitFor()
  })

  it('are saved as a file', async () => {
    const page = await frame.open(as('head1001'), '/figures?by=segment&horizon=6')
    await lines(page).first().waitFor()
    const text = await saved(page, 'CSV')
    assert.match(text, /^\uFEFF供电公司,/)
    assert.equal(text.trim().split('\r\n').length, 1 + (await lines(page).count()))
    assert.match(await saved(page, 'XLSX'), /^PK[^]*<c><v>/)
    await page.goto('/figures?tab=stock')
    await page.locator('tfoot').waitFor()
    assert.match(await saved(page, 'XLSX'), /^PK[^]*户数/)
    await page.goto('/figures/statistics?by=class')
    await page.locator('tfoot').waitFor()
    assert.match(await saved(page, 'XLSX'), /^PK[^]*低压居民/)
  })

  it('tell the stock of accounts', async () => {
    const page = await frame.open(as('head1001'), '/figures?tab=stock')
    await page.getByRole('img', { name: '现有用电户' }).waitFor()
    const sum = (await (await signIn(frame.world.url, as('head1001')))('GET', '/account-stock')).body.items.reduce((n, r) => n + r.accounts, 0)
    await page.locator('tfoot').getByText(String(sum)).waitFor()
    await checkAccessible(page, 'stock')
  })
})

describe('statistics', () => {
  it('are a sheet with letterhead, grouped and cut as wanted', async () => {
    const page = await frame.open(as('head1001'), '/figures/statistics?by=use_category')
    const sheet = page.getByRole('article', { name: '销售统计报表' })
    await sheet.getByText('居民生活').first().waitFor()
    await checkAccessible(page, 'statistics')
    await page.goto('/figures/statistics?by=class&from=202601&to=202603')
    await sheet.getByText(/2026-01 至 2026-03/).first().waitFor()
    await page.emulateMedia({ media: 'print' })
    assert.ok(await sheet.isVisible())
    assert.equal(await page.getByRole('navigation').first().isVisible(), false)
  })

  it('refuse a span that runs backwards, with the reason', async () => {
    const page = await frame.open(as('head1001'), '/figures/statistics?from=202603&to=202601')
    await page.getByRole('alert').first().waitFor()
    await checkAccessible(page, 'statistics refused')
  })
})

describe('targets', () => {
  const managers = (page) => page.getByRole('region', { name: /目标与完成率/ }).locator('tbody tr')
  const goal = (page, month) => page.getByRole('spinbutton', { name: `${month} 目标（千瓦时）` })
  const next = new Date().getFullYear() + 1

  it('of the year stand beside what was sold, and explain themselves', async () => {
    const page = await frame.open(as('head1001'), '/figures?tab=targets')
    await managers(page).first().waitFor()
    assert.equal(await managers(page).count(), 2)
    await page.getByRole('img', { name: /各月目标与完成情况/ }).waitFor()
    await page.getByText(/制定时在预测上增长 3.0%/).waitFor()
    await checkAccessible(page, 'targets')
    const text = await saved(page, 'CSV')
    assert.equal(text.trim().split('\r\n').length, 3)
    assert.match(await saved(page, 'XLSX'), /^PK[^]*合计/)
  })

  it('are derived from the forecast, set, changed and removed by the head', async () => {
    const page = await frame.open(as('head1001'), `/figures?tab=targets&year=${next}`)
    await managers(page).getByText('未制定').waitFor()
    await page.getByRole('button', { name: /^制定目标：/ }).click()
    const before = Number(await goal(page, `${next}-01`).inputValue())
    assert.ok(before > 0)
    await page.getByLabel('在预测上增长（%）').fill('10')
    await page.getByLabel('在预测上增长（%）').press('Tab')
    await page.waitForFunction(([label, was]) => Number(document.querySelector(`[aria-label="${label}"]`).value) > was, [`${next}-01 目标（千瓦时）`, before])
    await goal(page, `${next}-02`).fill('123456')
    await goal(page, `${next}-03`).fill('')
    await checkAccessible(page, 'set a target')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText(/已保存.*目标/).first().waitFor()
    await page.getByRole('cell', { name: '12.35', exact: true }).first().waitFor()
    const call = await signIn(frame.world.url, as('head1001'))
    const [kept] = (await call('GET', `/sales-targets?year=${next}`)).body.managers
    assert.deepEqual([kept.planned, kept.growth_permille, kept.months[1].target_wh, kept.months[0].target_wh], [11, 100, 123_456_000, kept.months[0].proposal_wh])
    await page.getByRole('button', { name: /^删除目标：/ }).click()
    await page.getByRole('button', { name: '删除目标', exact: true }).click()
    await managers(page).getByText('未制定').waitFor()
  })

  it('are not saved over those of another person', async () => {
    const page = await frame.open(as('head1002'), `/figures?tab=targets&year=${next}`)
    await page.getByRole('button', { name: /^制定目标：/ }).click()
    await goal(page, `${next}-01`).waitFor()
    const call = await signIn(frame.world.url, as('head1002'))
    const [one] = (await call('GET', `/sales-targets?year=${next}`)).body.managers
    const set = await call('PUT', `/sales-targets/${one.manager_id}/${next}`, { growth_permille: 0, months: [{ month: next * 100 + 1, energy_wh: 77_000_000 }] }, { 'If-Match': '"0"' })
    assert.equal(set.status, 200)
    await goal(page, `${next}-01`).fill('88000')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByRole('heading', { name: '记录已被他人修改' }).waitFor()
    await page.getByRole('radio', { name: /他人保存的/ }).check()
    await page.getByRole('button', { name: '合并并保存' }).click()
    await page.getByRole('cell', { name: '7.70', exact: true }).first().waitFor()
  })

  it('show an account manager his own, which he cannot set', async () => {
    const page = await frame.open(as('manager1002'), '/figures?tab=targets') // who is nobody's deputy
    await managers(page).first().waitFor()
    assert.equal(await managers(page).count(), 1)
    assert.equal(await page.getByRole('button', { name: /目标/ }).count(), 0)
    await checkAccessible(page, 'own target')
  })

  it('are not there for who may not see them', async () => {
    const page = await frame.open(as('billing1001'), '/figures?tab=targets')
    await lines(page).first().waitFor()
    assert.equal(await page.getByRole('tab', { name: '目标与完成率' }).count(), 0)
  })
})

describe('others', () => {
  it('above the counties see each company, and may narrow to one', async () => {
    const page = await frame.open(as('chief'), '/figures')
    await lines(page).first().waitFor()
    assert.equal(await lines(page).count(), 4)
    await checkAccessible(page, 'several companies')
  })

  it('of a company see only their own', async () => {
    const page = await frame.open(as('head1002'), '/figures')
    await lines(page).first().waitFor()
    assert.equal(await lines(page).count(), 1)
    const own = await lines(page).first().textContent()
    const before = await frame.open(as('head1001'), '/figures')
    await lines(before).first().waitFor()
    assert.notEqual(await lines(before).first().textContent(), own)
  })

  it('without the right are told so, and nonsense in the address is as nothing', async () => {
    const page = await frame.open(as('clerk1001'), '/figures')
    await page.getByText(/没有.*权限/).first().waitFor()
    assert.equal(await page.getByRole('link', { name: '售电与预测' }).count(), 0)
    const odd = await frame.open(as('head1001'), '/figures?by=%27;drop&month=202613&horizon=99')
    await lines(odd).first().waitFor()
    const early = await frame.open(as('head1001'), '/figures?month=199001')
    await heading(early, '售电与预测').waitFor()
    await early.getByText('没有电量记录').waitFor()
    await checkAccessible(early, 'no figures')
  })

  it('on a phone see it all', async () => {
    for (const path of ['/figures', '/figures?by=segment', '/figures?tab=stock', '/figures?tab=targets', '/figures/statistics']) {
      const page = await frame.open(as('head1001'), path, { viewport: phone })
      assert.ok(await fits(page), `${path} is wider than the screen`)
      await checkAccessible(page, `${path} on a phone`)
    }
  })
})

describe('figures of cases', () => {
  const groups = (page) => page.getByRole('region', { name: '各项明细' }).locator('tbody tr')

  it('lead from the causes to the very cases that were counted', async () => {
    const page = await frame.open(as('head1001'), '/case-figures?type=complaint')
    await groups(page).first().waitFor()
    const call = await signIn(frame.world.url, as('head1001'))
    const causes = (await call('GET', '/case-figures/causes?by=category&type=complaint&from=2000-01-01')).body
    assert.ok(causes.groups.length > 1 && causes.groups[0].cases >= causes.groups[1].cases)
    await page.getByRole('img', { name: /帕累托图/ }).waitFor()
    await pick(page, '归类方式', '承办单位')
    await page.getByRole('heading', { name: /按承办单位/ }).waitFor()
    const first = groups(page).filter({ has: page.getByRole('link') }).first()
    const counted = Number(await first.getByRole('cell').nth(1).innerText())
    await first.getByRole('link').click()
    await page.waitForURL(/unit_id=/)
    await page.getByRole('table').locator('tbody tr').nth(counted - 1).waitFor()
    assert.equal(await page.getByRole('table').locator('tbody tr').count(), counted)
  })

  it('show the trend, what handling complaints has brought, and the contact points; as files too', async () => {
    const page = await frame.open(as('head1001'), '/case-figures?tab=trend')
    await page.getByRole('img', { name: '工单数' }).waitFor()
    assert.match(await saved(page, 'CSV'), /时段/)
    await page.getByRole('tab', { name: '投诉处理成效' }).click()
    await page.getByRole('region', { name: '留住的客户' }).getByText('95.0%').waitFor()
    await page.getByRole('tab', { name: '触点' }).click()
    await page.getByText(/体验分 = 100/).waitFor()
    await page.getByRole('link', { name: /张工单$/ }).first().waitFor()
  })

  it('make the report of a month, on paper as on screen', async () => {
    const page = await frame.open(as('head1001'), '/case-figures/report', { viewport: phone })
    await page.getByRole('article', { name: '工单月报' }).waitFor()
    await page.getByRole('img', { name: '近十三个月投诉' }).waitFor()
    assert.ok(await fits(page))
    await checkAccessible(page, 'report of a month')
  })

  it('are not for an agent', async () => {
    const call = await signIn(frame.world.url, as('agent1001'))
    await assert.rejects(call('GET', '/case-figures/causes'), /403/)
  })
})
