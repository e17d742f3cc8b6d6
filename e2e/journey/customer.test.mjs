// The customer archive on the demo company: find, create, change in two sessions, notes and files, masks, merge.
import assert from 'node:assert/strict'
import { writeFile, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, afterEach, before, describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { expectNoFaults, launch, openPage, phone } from '../lib/browser.mjs'
import { carrySession } from '../lib/journey.mjs'
import { startServer } from '../lib/server.mjs'
import { signIn } from '../lib/world.mjs'

const PASSWORD = 'zhiyin-demo'
const SIZE = '400'
let server, browser, page, call
before(async () => {
  server = await startServer({ args: ['--size', SIZE] })
  browser = await launch()
  call = await signIn(server.url, { login: 'maintainer1001', password: PASSWORD })
})
after(async () => {
  await browser?.close()
  await server?.stop()
})
afterEach(async () => {
  if (page) expectNoFaults(page)
  await page?.context().close()
  page = undefined
})

async function as(name, to, options) {
  page = await openPage(browser, server.url, options)
  await carrySession(page, server.url, { login: name, password: PASSWORD })
  await page.goto(to)
  await page.locator('main h1').first().waitFor()
}
const some = async (query) => (await call('GET', `/customers?${query}`)).body.items
const button = (name) => page.getByRole('button', { name, exact: true })
const heading = (name) => page.getByRole('heading', { level: 1, name })

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
/** A resident ID number of a region that does not exist, with its right check character (GB 11643). */
function residentID(seventeen) {
  const sum = [...seventeen].reduce((s, d, i) => s + Number(d) * WEIGHTS[i], 0)
  return seventeen + '10X98765432'[sum % 11]
}

describe('find', () => {
  it('a customer by two characters in Ctrl+K', async () => {
    const [one] = await some('kind=organisation&limit=1&sort=name')
    await as('maintainer1001', '/')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: '搜索与命令' }).fill(one.name.slice(2, 4))
    await page.getByRole('option', { name: new RegExp(one.name) }).first().click()
    await heading(one.name).waitFor()
    await page.getByText('来电或故障速览').waitFor()
    await page.getByRole('list', { name: /的供电路径/ }).first().waitFor()
    await checkAccessible(page, 'record')
  })

  it('in the list by search and filters; tags them and takes it back', async () => {
    await as('maintainer1001', '/customers')
    const rows = page.locator('tbody:not([aria-hidden]) tr')
    await rows.first().waitFor()
    await checkAccessible(page, 'list')
    await button('筛选').click()
    await page.getByRole('menuitem', { name: '类型' }).click()
    await page.getByLabel('单位', { exact: true }).click()
    await page.waitForURL(/kind=organisation/)
    await page.locator('[aria-busy=true]').waitFor({ state: 'detached' })
    await rows.nth(0).getByRole('checkbox').check()
    await rows.nth(1).getByRole('checkbox').check()
    await page.getByRole('toolbar').getByRole('button', { name: '批量修改' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('添加标签').fill('老旧线路')
    await page.keyboard.press('Enter')
    await checkAccessible(page, 'tag dialog')
    await dialog.getByRole('button', { name: '预览' }).click()
    await dialog.getByRole('button', { name: '修改 2 条' }).click()
    await dialog.getByRole('button', { name: '撤销' }).waitFor()
    assert.equal((await some('tag=' + encodeURIComponent('老旧线路'))).length, 2)
    await dialog.getByRole('button', { name: '撤销' }).click()
    await dialog.getByText('已撤销').waitFor()
    assert.equal((await some('tag=' + encodeURIComponent('老旧线路'))).length, 0)
  })
})

describe('create', () => {
  it('corrects a bad ID number, is warned of a duplicate, confirms', async () => {
    const [like] = await some('kind=person&limit=1&sort=name&phone=true')
    await as('maintainer1001', '/customers/new')
    await page.getByLabel('姓名').fill('欧阳试试')
    await page.getByRole('group', { name: '联系方式 1' }).getByLabel('电话', { exact: true }).fill(like.phone)
    await button('添加证件').click()
    const number = residentID('59010019900307123')
    const wrong = number.slice(0, 17) + (number.endsWith('1') ? '2' : '1')
    await page.getByRole('textbox', { name: '证件号码' }).fill(wrong)
    await button('新建客户').click()
    await page.getByText('校验位不符').waitFor()
    await button('证件无误，仍要保留此号码').waitFor()
    await checkAccessible(page, 'form with error')
    await page.getByRole('textbox', { name: '证件号码' }).fill(number)
    await button('新建客户').click()
    const dialog = page.getByRole('dialog', { name: '可能是已有的客户' })
    await dialog.getByText('电话相同').first().waitFor()
    await dialog.getByText(like.customer_no).waitFor()
    await checkAccessible(page, 'duplicates')
    await dialog.getByRole('button', { name: '不是同一客户，仍然新建' }).click()
    await heading('欧阳试试').waitFor()
    await page.getByText(number).waitFor()
    await page.getByText('1990-03-07').waitFor()
  })

  it('does not lose what was typed without asking', async () => {
    await as('maintainer1001', '/customers/new')
    await page.getByLabel('姓名').fill('没有保存')
    await button('取消').click()
    await page.getByRole('dialog', { name: '放弃未保存的修改？' }).getByRole('button', { name: '取消' }).click()
    assert.equal(await page.getByLabel('姓名').inputValue(), '没有保存')
  })
})

describe('change', () => {
  it('shows what another session changed and merges', async () => {
    const [one] = await some('kind=person&limit=1&sort=-name')
    await as('maintainer1001', `/customers/${one.id}/edit`)
    await page.getByLabel('职业').fill('教师')
    await call('PATCH', `/customers/${one.id}`, { tags: ['独居老人'] }, { 'If-Match': `"${one.version}"` })
    await button('保存').click()
    const dialog = page.getByRole('dialog', { name: '记录已被他人修改' })
    await dialog.getByText('独居老人').waitFor()
    await checkAccessible(page, 'conflict')
    await dialog.getByRole('button', { name: '合并并保存' }).click()
    await page.getByText('已保存').waitFor()
    const now = (await call('GET', `/customers/${one.id}`)).body
    assert.deepEqual([now.person.occupation, now.tags], ['教师', ['独居老人']])
    await button('撤销').click()
    await page.getByText('已撤销').waitFor()
    const back = (await call('GET', `/customers/${one.id}`)).body
    assert.deepEqual([back.person.occupation, back.tags], [undefined, ['独居老人']])
    await page.getByRole('tab', { name: '变更记录' }).click()
    await page.getByRole('list', { name: '变更记录' }).getByText('职业').first().waitFor()
    await checkAccessible(page, 'changes')
  })
})

describe('record', () => {
  it('takes a note and a file', async () => {
    const [one] = await some('kind=organisation&limit=1&sort=-name')
    await as('maintainer1001', `/customers/${one.id}?tab=notes`)
    await page.getByLabel('新备注').fill('门卫下午四点后才在')
    await button('添加备注').click()
    await page.getByRole('list', { name: '备注' }).getByText('门卫下午四点后才在').waitFor()
    await checkAccessible(page, 'notes')
    await page.getByRole('tab', { name: '附件' }).click()
    const file = path.join(await mkdtemp(path.join(tmpdir(), 'zhiyin-file-')), '营业执照.txt')
    await writeFile(file, '统一社会信用代码')
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByText('营业执照.txt').first().waitFor()
    await page.getByText('下载须经批准').waitFor()
    assert.equal(await page.getByRole('link', { name: '下载 营业执照.txt' }).count(), 0) // it leaves by an approval
    await checkAccessible(page, 'attachments')
  })

  it('logs a contact and judges an aspect', async () => {
    const [one] = await some('kind=organisation&limit=1&sort=-name')
    await as('maintainer1001', `/customers/${one.id}?tab=operation&add=1`)
    const dialog = page.getByRole('dialog', { name: '记录往来' })
    await dialog.getByLabel('目的').fill('回访')
    await dialog.getByLabel('费用（元）').fill('12.5')
    await checkAccessible(page, 'contact dialog')
    await dialog.getByRole('button', { name: '保存' }).click()
    await page.getByText('回访', { exact: true }).first().waitFor()
    await page.getByText('¥12.50').first().waitFor()
    await page.getByRole('tab', { name: '客户分析' }).click()
    await page.getByRole('button', { name: /^新增分析/ }).first().click()
    await page.getByRole('dialog').getByLabel('分析内容').fill('对停电通知及时表示满意')
    await page.getByRole('dialog').getByRole('button', { name: '保存' }).click()
    await page.getByText('对停电通知及时表示满意').waitFor()
    await checkAccessible(page, 'analysis')
  })

  it('is masked for those who may not see personal data', async () => {
    const [one] = await some('kind=person&limit=1&sort=customer_no')
    await as('agent1001', `/customers/${one.id}`)
    await page.getByText('个人信息已脱敏').waitFor()
    const text = await page.locator('main').textContent()
    assert.ok(!text.includes(one.name), 'the name is masked')
    assert.match(text, /\d{3}\*{4}\d{4}/)
    assert.equal(await button('编辑').count(), 0)
  })

  it('prints its card, assessment and statistics', async () => {
    const [one] = await some('kind=organisation&limit=1&sort=name')
    await as('maintainer1001', `/customers/${one.id}/card`)
    await page.getByRole('article', { name: '客户基本信息卡' }).getByText(one.customer_no).waitFor()
    await checkAccessible(page, 'card')
    for (const [to, title] of [['assessment', '客户消费评估报告'], ['statistics', '客户销售统计']]) {
      await page.goto(`/customers/${one.id}/${to}`)
      await page.getByRole('article', { name: title }).getByRole('img', { name: /各月电量/ }).waitFor()
      await checkAccessible(page, to)
    }
  })
})

describe('merge', () => {
  it('chooses per field, merges, and takes it back', async () => {
    const made = async (name, tel) =>
      (await call('POST', '/customers', { kind: 'person', name, person: { occupation: name }, contacts: [{ kind: 'phone', value: tel, primary: true }], confirm_duplicates: true }, { 'Idempotency-Key': `merge-${tel}` })).body
    const stays = await made('林合并', '15412340001')
    const goes = await made('林和并', '15412340002')
    await as('maintainer1001', `/customers/${stays.id}/merge?from=${goes.id}`)
    await page.getByRole('row', { name: /职业/ }).getByRole('radio').nth(1).check()
    await checkAccessible(page, 'merge')
    await button('合并到“林合并”').click()
    await heading('林合并').waitFor()
    const merged = (await call('GET', `/customers/${stays.id}`)).body
    assert.equal(merged.person.occupation, '林和并')
    assert.equal(merged.contacts.length, 2)
    await button('撤销').click()
    await page.getByText('已撤销').waitFor()
    assert.equal((await call('GET', `/customers/${goes.id}`)).body.status, 'active')
  })
})

describe('on a phone', () => {
  it('list, record and form fit', async () => {
    const [one] = await some('kind=organisation&limit=1&sort=name')
    await as('maintainer1001', '/customers', { viewport: phone })
    for (const to of ['/customers', `/customers/${one.id}`, `/customers/${one.id}/edit`, `/customers/${one.id}/card`]) {
      await page.goto(to)
      await page.locator('main h1').first().waitFor()
      await page.locator('[aria-busy=true]').waitFor({ state: 'detached' })
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${to} is wider than the screen`)
      await checkAccessible(page, `${to} on a phone`)
    }
  })
})

describe('export', () => {
  it('writes what is filtered into a file', async () => {
    await as('maintainer1001', '/customers?kind=organisation')
    await page.locator('tbody:not([aria-hidden]) tr').first().waitFor()
    await button('导出').click()
    const dialog = page.getByRole('dialog', { name: '导出客户' })
    await checkAccessible(page, 'export')
    await dialog.getByRole('button', { name: '导出', exact: true }).click()
    const link = dialog.getByRole('link', { name: '下载文件' })
    await link.waitFor({ timeout: 60_000 })
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()])
    assert.match(download.suggestedFilename(), /^customers-.*\.xlsx$/)
  })
})

describe('settings', () => {
  it('a field is defined, filled in, and keeps its history', async () => {
    const [one] = await some('kind=person&limit=1&sort=customer_no')
    await as('maintainer1001', '/customer-settings')
    await page.getByText('长期客户').first().waitFor()
    await checkAccessible(page, 'schemes')
    await page.getByRole('tab', { name: '自定义字段' }).click()
    await button('新建字段').click()
    const dialog = page.getByRole('dialog', { name: '新建字段' })
    await dialog.getByLabel('中文名称').fill('水表房位置')
    await dialog.getByLabel('代码').fill('meter_room')
    await checkAccessible(page, 'field dialog')
    await dialog.getByRole('button', { name: '保存' }).click()
    await page.getByRole('rowheader', { name: '水表房位置' }).waitFor()
    await checkAccessible(page, 'fields')
    await page.goto(`/customers/${one.id}`)
    await button('填写').click()
    await page.getByRole('dialog').getByLabel('水表房位置').fill('地下一层东侧')
    await page.getByRole('dialog').getByRole('button', { name: '保存' }).click()
    await page.getByText('地下一层东侧').waitFor()
    await button('“水表房位置”的历史值').click()
    await page.getByRole('dialog').getByRole('cell', { name: '地下一层东侧' }).waitFor()
    await page.goto('/customer-settings?tab=report')
    await page.getByRole('rowheader', { name: '水表房位置' }).waitFor()
    await checkAccessible(page, 'report of fields')
  })
})
