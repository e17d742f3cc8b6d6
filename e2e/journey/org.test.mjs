// The organisation tree: read, searched, walked by keys, extended, renamed.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { phone } from '../lib/browser.mjs'
import { journeys } from '../lib/journey.mjs'
import { admin, PASSWORD } from '../lib/world.mjs'

const frame = journeys()
const item = (page, name) => page.getByRole('treeitem', { name })
const focusedItem = (page) => page.evaluate(() => document.activeElement?.querySelector('.name')?.textContent)

describe('the tree', () => {
  it('is walked by keys and opened by address', async () => {
    const page = await frame.open(admin, '/orgs')
    await item(page, /云江省电力公司/).focus()
    for (const key of ['ArrowDown', 'ArrowRight']) await page.keyboard.press(key)
    assert.equal(await focusedItem(page), '清河县供电公司')
    await page.keyboard.press('Enter')
    await page.waitForURL(/at=/)
    await page.getByRole('heading', { name: '清河县供电公司' }).waitFor()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    assert.equal(await item(page, /云州供电公司/).getAttribute('aria-expanded'), 'false')
    await page.reload()
    await page.getByRole('heading', { name: '清河县供电公司' }).waitFor()
    await item(page, /清河县供电公司/).waitFor() // brought into sight again
  })

  it('is searched by name and code', async () => {
    const page = await frame.open(admin, '/orgs')
    await page.keyboard.press('/')
    await page.keyboard.type('供电所')
    await item(page, /城关供电所/).waitFor()
    assert.equal(await page.getByRole('treeitem').count(), 4)
    await page.getByRole('searchbox').fill('1003')
    await item(page, /平湖县供电公司/).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '平湖县供电公司' }).waitFor()
    await page.getByRole('searchbox').fill('没有这个词')
    await page.getByText('没有名称或编码相符的组织').waitFor()
  })

  it('prints whole and alone', async () => {
    const page = await frame.open(admin, '/orgs')
    await page.evaluate(() => (window.print = () => (window.printed = true)))
    await page.getByRole('button', { name: '全部收起' }).click()
    assert.equal(await page.getByRole('treeitem').count(), 3)
    await page.getByRole('button', { name: '打印' }).click()
    await page.waitForFunction(() => window.printed)
    await page.emulateMedia({ media: 'print' })
    assert.equal(await page.getByRole('treeitem').count(), 8)
    for (const hidden of ['.tools', '.right', '.zy-nav']) assert.equal(await page.locator(hidden).isVisible(), false, hidden)
  })

  it('ends where the reader’s right ends', async () => {
    const page = await frame.open({ login: 'zhaolei', password: PASSWORD }, '/orgs')
    await item(page, /清河县供电公司/).waitFor()
    assert.equal(await page.getByRole('treeitem').count(), 3)
    assert.equal(await page.getByRole('button', { name: '新增下级' }).count(), 0)
    assert.equal(await page.getByRole('button', { name: '改名' }).count(), 0)
  })
})

describe('adding', () => {
  it('offers the levels that may stand there, refuses a taken code at its field, and goes on', async () => {
    const page = await frame.open(admin, `/orgs?at=${frame.world.orgs[3302].id}`)
    await page.getByRole('button', { name: '新增下级' }).click()
    const dialog = page.getByRole('dialog', { name: '在“江州供电公司”下新增' })
    assert.deepEqual(await dialog.getByRole('radio').evaluateAll((all) => all.map((r) => r.value)), ['county', 'unit'])
    await dialog.getByRole('button', { name: '保存', exact: true }).click()
    await dialog.getByText('必填，请填写。').first().waitFor()
    await dialog.getByLabel('名称').fill('南湖县供电公司')
    await dialog.getByLabel('编码').fill('1001')
    await dialog.getByRole('button', { name: '保存并继续新增' }).click()
    await dialog.getByText('组织编码已被使用，请换一个。').waitFor()
    assert.equal(await dialog.getByLabel('编码').getAttribute('aria-invalid'), 'true')
    await dialog.getByLabel('编码').fill('1004')
    await dialog.getByRole('button', { name: '保存并继续新增' }).click()
    await item(page, /南湖县供电公司/).waitFor()
    assert.equal(await dialog.getByLabel('名称').inputValue(), '')
    await dialog.getByLabel('名称').fill('北湖县供电公司')
    await dialog.getByLabel('编码').fill('1005')
    await dialog.getByRole('button', { name: '保存', exact: true }).click()
    await page.getByRole('heading', { name: '北湖县供电公司' }).waitFor()
    await page.getByText('还没有下级组织').waitFor()
    // and at once below what was just added
    await page.getByRole('button', { name: '新增下级' }).click()
    await page.getByRole('dialog').getByLabel('名称').fill('营业部')
    await page.getByRole('dialog').getByLabel('编码').fill('100501')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '营业部' }).waitFor()
    await page.getByRole('button', { name: '全部单位' }).click()
    await page.getByRole('menuitemradio', { name: /北湖县供电公司/ }).waitFor()
  })

  it('works on a phone', async () => {
    const page = await frame.open(admin, '/orgs', { viewport: phone })
    await item(page, /客户服务中心/).click()
    const detail = page.getByRole('dialog', { name: '客户服务中心' })
    await detail.getByRole('button', { name: '新增下级' }).click()
    const form = page.getByRole('dialog', { name: '在“客户服务中心”下新增' })
    await form.getByLabel('名称').fill('95598 班')
    await form.getByLabel('编码').fill('10010201')
    await form.getByRole('button', { name: '保存', exact: true }).click()
    await page.getByRole('dialog', { name: '95598 班' }).waitFor()
    await page.keyboard.press('Escape')
    await item(page, /95598 班/).waitFor()
  })
})

describe('renaming', () => {
  it('shows what another changed meanwhile and keeps both', async () => {
    const { call, orgs } = frame.world
    const page = await frame.open(admin, `/orgs?at=${orgs[1002].id}`)
    await page.getByRole('button', { name: '改名' }).click()
    const dialog = page.getByRole('dialog', { name: '改名' })
    await dialog.getByLabel('名称').fill('临江区供电公司')
    await call('PUT', `/orgs/${orgs[1002].id}/name`, { name: orgs[1002].name, short_name: '临江' }, { 'If-Match': `"${orgs[1002].version}"` })
    await dialog.getByRole('button', { name: '保存' }).click()
    const conflict = page.getByRole('dialog', { name: '记录已被他人修改' })
    await conflict.getByRole('cell', { name: '临江', exact: true }).waitFor()
    await conflict.getByRole('button', { name: '合并并保存' }).click()
    await page.getByRole('heading', { name: '临江区供电公司' }).waitFor()
    await page.locator('.right').getByText('临江', { exact: true }).waitFor()
  })
})
