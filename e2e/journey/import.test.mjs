// Bringing customers in from files: columns, dry run, problem rows, the import, and taking it back.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { journeys, pick, ready } from '../lib/journey.mjs'
import { addUser, PASSWORD, signIn } from '../lib/world.mjs'

const maintainer = { login: 'hejing', password: PASSWORD }
const neighbour = { login: 'xutao', password: PASSWORD }
const clerk = { login: 'wangfang', password: PASSWORD }

const frame = journeys({
  prepare: (world) => addUser(world, { login: neighbour.login, name: '徐涛', role: 'maintainer', at: '1002' }),
})

const HEADER = ['户主', '户别', '证件号码', '联系电话', '出生日期', '户号', '用电类别', '合同容量(kVA)', '用电地址', '台区经理']
/** A file of good rows; `change(cells, i)` spoils some. */
function customers(n, change = () => {}, first = 0) {
  const rows = Array.from({ length: n }, (_, k) => {
    const i = first + k
    const cells = [`何家${'一二三四五六七八九十'[i % 10]}${i}`, '散户', '', `154${String(i).padStart(8, '0')}`, '1980-02-03', `8800${String(i).padStart(6, '0')}`, '居民生活', '8', `清河县锦绣花园${i}幢`, '老陈']
    change(cells, i)
    return cells.join(',')
  })
  return [HEADER.join(','), ...rows].join('\r\n') + '\r\n'
}
const BAD = {
  2: (cells) => (cells[4] = '2026-02-30'),
  4: (cells) => (cells[2] = '110101199001011235'),
  6: (cells) => (cells[7] = '八千瓦'),
}
const spoil = (cells, i) => BAD[i]?.(cells)
const csv = (name, content) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(content) })

const button = (page, name) => page.getByRole('button', { name, exact: true })
const state = (page, words) => page.locator('main header').getByText(words, { exact: true }).waitFor()
const useOf = (page, header) => page.getByRole('combobox', { name: new RegExp(`列“${header}”的内容`) })
const figure = (page, name) => page.locator('main dl > div').filter({ has: page.getByText(name, { exact: true }) }).locator('dd').first().innerText()
const finding = (page, row) => page.getByRole('region', { name: '问题：表' }).getByRole('row').filter({ has: page.getByRole('cell', { name: row, exact: true }) })

async function choose(page, file) {
  await page.locator('input[type=file]').setInputFiles(file)
  await button(page, '上传并识别').click()
}
async function confirmed(page, name) {
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
}
/** A reload comes back to where one was. */
async function reloaded(page) {
  const before = await page.locator('[aria-current=step]').innerText()
  await page.reload()
  await ready(page)
  assert.equal(await page.locator('[aria-current=step]').innerText(), before)
}
async function isWithin(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  assert.ok(wide <= 0, `the page is ${wide} px too wide`)
}

describe('an import', () => {
  let address

  it('columns are mapped by hand, checked, and what is wrong is told by row and column', async () => {
    const page = await frame.open(maintainer)
    await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '批量导入' }).click()
    await page.getByText('还没有导入过文件').waitFor()
    await checkAccessible(page, 'imports-empty')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: '搜索与命令' }).fill('导入文件')
    await page.getByRole('option', { name: /导入文件/ }).first().click()
    await page.getByRole('heading', { level: 1, name: '导入文件' }).waitFor()
    await checkAccessible(page, 'import-new')

    await choose(page, csv('清河客户.csv', customers(20, spoil)))
    await state(page, '待对应')
    address = new URL(page.url()).pathname
    await page.getByText('文件有 10 列，已对应 7 列').waitFor()
    assert.equal(await useOf(page, '用电地址').inputValue(), 'address')
    await page.getByRole('region', { name: '文件的前几行：表' }).getByText('何家一0').waitFor()
    await useOf(page, '户主').selectOption('name')
    await useOf(page, '台区经理').selectOption('name')
    await page.getByText('有 1 个项目重复对应，请改正。').waitFor()
    await useOf(page, '台区经理').selectOption('')
    await useOf(page, '户别').selectOption('kind')
    await page.getByRole('listitem').filter({ has: useOf(page, '户别') }).getByText('指定取值的含义').click()
    await page.getByRole('combobox', { name: '“户别”中“散户”的含义' }).selectOption('person')
    await checkAccessible(page, 'import-map')
    await reloaded(page)
    assert.equal(await useOf(page, '户主').inputValue(), 'name')
    assert.equal(await useOf(page, '户别').inputValue(), 'kind')

    await button(page, '试运行').click()
    await state(page, '已试运行')
    assert.equal(await figure(page, '新增客户'), '17', await page.locator('main').innerText())
    assert.equal(await figure(page, '有问题'), '3')
    assert.match(await finding(page, '4').innerText(), /E\s+出生日期.*不导入.*不是有效的日期/s)
    assert.match(await finding(page, '6').innerText(), /C\s+证件号码.*校验位不符/s)
    assert.match(await finding(page, '8').innerText(), /H\s+合同容量\(kVA\).*不是数字/s)
    await checkAccessible(page, 'import-check')
    await reloaded(page)

    await button(page, '回到对应列').click()
    await useOf(page, '户主').waitFor()
    await reloaded(page)
    await page.getByRole('navigation', { name: '导入步骤' }).getByRole('button', { name: '试运行' }).click()
    await finding(page, '4').waitFor()
  })

  it('is run after a question; its customers are found', async () => {
    const page = await frame.open(maintainer, address)
    await button(page, '导入 17 行').click()
    await page.getByRole('dialog').getByText(/有问题或跳过的 3 行不导入/).waitFor()
    await checkAccessible(page, 'import-confirm')
    await confirmed(page, '开始导入')
    await page.getByText('导入完成，17 行已写入，3 行没有导入。').waitFor()
    assert.equal(await figure(page, '新增用电户'), '17')
    await checkAccessible(page, 'import-done')
    await reloaded(page)
    await button(page, '查看客户').click()
    await page.getByRole('heading', { level: 1, name: '客户' }).waitFor()
    await page.getByRole('link', { name: '何家一0', exact: true }).waitFor()
    await button(page, /来自导入 清河客户\.csv/).waitFor()
    assert.equal(await page.getByRole('row').count(), 18, 'the 17 customers of the import below the headings')
  })

  it('the file of problem rows is corrected and sent again; its mapping is remembered', async () => {
    const page = await frame.open(maintainer, address)
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '问题文件（CSV）' }).click()])
    assert.equal(download.suggestedFilename(), '清河客户-问题行.csv')
    const text = await readFile(await download.path(), 'utf8')
    assert.match(text, /2026-02-30.*不是有效的日期/)
    const corrected = text.replace('2026-02-30', '1990-02-28').replace('110101199001011235', '').replace('八千瓦', '8')

    await button(page, '导入改正后的文件').click()
    await choose(page, csv('清河客户-改正.csv', corrected))
    await page.getByText('已按上次导入同样表头的文件时的对应填好。').waitFor()
    await button(page, '试运行').click()
    await page.getByText('没有发现问题。').waitFor()
    await button(page, '导入 3 行').click()
    await confirmed(page, '开始导入')
    await page.getByText('导入完成，3 行已写入。').waitFor()
  })

  it('the same file again is told, and changes nothing', async () => {
    const page = await frame.open(maintainer, '/imports/new')
    await choose(page, csv('清河客户.csv', customers(20, spoil)))
    await page.getByText('这个文件以前上传过').waitFor()
    await pick(page, '处理方式', '只新增')
    await button(page, '试运行').click()
    await state(page, '已试运行')
    assert.equal(await figure(page, '新增客户'), '0')
    await page.getByText('没有可以导入的行。').waitFor()
    assert.ok(await button(page, '导入 0 行').isDisabled())
    await button(page, '放弃此文件').click()
    await confirmed(page, '放弃此文件')
    await page.getByText('已放弃 清河客户.csv').waitFor()
    await page.getByRole('row', { name: /清河客户\.csv.*已放弃/ }).waitFor()
    await checkAccessible(page, 'imports')
  })

  it('is taken back; a customer changed since stays and is listed', async () => {
    const call = await signIn(frame.world.url, maintainer)
    const one = (await call('GET', '/customers?q=何家六5')).body.items[0]
    const { etag, body } = await call('GET', `/customers/${one.id}`)
    await call('PATCH', `/customers/${one.id}`, { name: `${body.name}改` }, { 'If-Match': etag })

    const page = await frame.open(maintainer, address)
    await button(page, '撤销导入').click()
    await page.getByRole('dialog').getByText(/由 17 行写入的内容将恢复到导入之前/).waitFor()
    await confirmed(page, '撤销导入')
    await state(page, '已撤销')
    await page.getByText(/已撤销，有 \d 条记录没有撤销。/).waitFor()
    await page.getByRole('link', { name: '何家六5改' }).waitFor()
    await checkAccessible(page, 'import-reverted')
    await reloaded(page)
    const left = (await call('GET', '/customers?q=何家&limit=50')).body.items.map((c) => c.name)
    assert.deepEqual(left.sort(), ['何家六5改', '何家三2', '何家五4', '何家七6'].sort())
  })
})

describe('a bad file', () => {
  it('of no readable encoding is refused with the place', async () => {
    const page = await frame.open(maintainer, '/imports/new')
    const broken = Buffer.concat([Buffer.from('客户名称,联系电话\r\n张三,15400000001\r\n李'), Buffer.from([0xff, 0x20, 0xff, 0xfe, 0x0d, 0x0a])])
    await choose(page, { name: '坏编码.csv', mimeType: 'text/csv', buffer: broken })
    await page.getByRole('alert').getByText(/第 3 行.*编码/).waitFor()
    await checkAccessible(page, 'import-refused')
  })

  it('that is no table is refused', async () => {
    const page = await frame.open(maintainer, '/imports/new')
    await choose(page, { name: '图片.csv', mimeType: 'text/csv', buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 0, 1, 2, 3]) })
    await page.getByText(/这不是 CSV 或 XLSX 文件/).waitFor()
  })

  it('in GB18030 is recognised; in a wrong encoding it says so', async () => {
    const page = await frame.open(maintainer, '/imports/new')
    const gbk = Buffer.from('bfcdbba7c3fbb3c62cbfcdbba7c0e0b1f00d0ad5c5c8fd2cb8f6c8cb0d0a', 'hex') // 客户名称,客户类别 / 张三,个人
    await choose(page, { name: '国标.csv', mimeType: 'text/csv', buffer: gbk })
    await page.getByText('GB18030').first().waitFor()
    await page.getByRole('region', { name: '文件的前几行：表' }).getByText('张三').waitFor()
    await pick(page, '编码', 'UTF-8')
    await page.getByText(/不能按 utf-8 编码读出/).waitFor()
    await reloaded(page)
    await page.getByRole('region', { name: '文件的前几行：表' }).getByText('张三').waitFor()
  })

  it('without data rows ends the dry run with the reason', async () => {
    const page = await frame.open(maintainer, '/imports/new')
    await choose(page, csv('只有表头.csv', '客户名称,联系电话\r\n'))
    await button(page, '试运行').click()
    await page.getByText(/文件只有表头，没有数据行/).waitFor()
    await state(page, '待对应')
  })
})

it('a template is filled in and needs no mapping', async () => {
  const page = await frame.open(maintainer, '/imports/new')
  await page.getByRole('radio', { name: /用电户/ }).check()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: '下载模板' }).click()])
  assert.equal(download.suggestedFilename(), '用电户导入模板.xlsx')
  await choose(page, await download.path().then(async (at) => ({ name: '模板.xlsx', mimeType: 'application/octet-stream', buffer: await readFile(at) })))
  await state(page, '待对应')
  const sum = await page.getByText(/文件有 \d+ 列，已对应 \d+ 列/).innerText()
  const [columns, mapped] = sum.match(/\d+/g)
  assert.equal(mapped, columns)
})

it('an import under way is stopped and goes on', async () => {
  const page = await frame.open(maintainer, '/imports/new')
  await choose(page, csv('很多.csv', customers(15_000, undefined, 100_000)))
  await useOf(page, '户主').waitFor()
  await button(page, '试运行').click()
  await button(page, '导入 15,000 行').click({ timeout: 60_000 })
  await confirmed(page, '开始导入')
  await button(page, '取消').click()
  await page.getByText(/导入已停止，已处理 [\d,]+ 行，共 15,000 行/).waitFor({ timeout: 60_000 })
  await checkAccessible(page, 'import-stopped')
  await button(page, '继续导入').click()
  await page.getByRole('progressbar').waitFor()
  await checkAccessible(page, 'import-running')
  await reloaded(page)
  await page.getByText('导入完成，15,000 行已写入。').waitFor({ timeout: 120_000 })
})

describe('who may', () => {
  it('somebody of another company sees neither the import nor its customers', async () => {
    const page = await frame.open(neighbour, '/imports')
    await page.getByText('还没有导入过文件').waitFor()
    const call = await signIn(frame.world.url, maintainer)
    const { id } = (await call('GET', '/imports')).body.items[0]
    await page.goto(`/imports/${id}`)
    await page.getByText(/找不到|不存在/).first().waitFor()
    const other = await signIn(frame.world.url, neighbour)
    assert.deepEqual((await other('GET', '/customers?q=何家')).body.items, [])
    for (const [method, to] of [['GET', ''], ['GET', '/preview'], ['GET', '/problems'], ['POST', '/run'], ['POST', '/revert'], ['POST', '/cancel']]) {
      await assert.rejects(other(method, `/imports/${id}${to}`, undefined, { 'If-Match': '"1"' }), / 404 /, `${method} ${to}`)
    }
  })

  it('somebody without the right is told so', async () => {
    const page = await frame.open(clerk, '/imports')
    await page.getByText('您没有查看此页的权限').last().waitFor()
    assert.equal(await page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name: '批量导入' }).count(), 0)
    await checkAccessible(page, 'imports-forbidden')
  })

  it('an administrator looks on: no buttons that would be refused', async () => {
    const call = await signIn(frame.world.url, maintainer)
    const waiting = (await call('GET', '/imports')).body.items.find((i) => i.state === 'uploaded')
    const page = await frame.open({ login: 'admin', password: 'admin-of-the-province' }, `/imports/${waiting.id}`)
    await page.getByText('等待有权限的人设置列对应并导入').waitFor()
    assert.equal(await button(page, '试运行').count(), 0)
  })
})

it('on a phone, in English', async () => {
  const page = await frame.open(maintainer, '/imports', { lang: 'en', viewport: phone })
  await page.getByRole('heading', { level: 1, name: 'Imports' }).waitFor()
  await isWithin(page)
  await checkAccessible(page, 'imports-390')
  const call = await signIn(frame.world.url, maintainer)
  for (const [at, words] of [['uploaded', 'Awaiting mapping'], ['done', 'Imported'], ['reverted', 'Undone']]) {
    const one = (await call('GET', '/imports?limit=50')).body.items.find((i) => i.state === at)
    await page.goto(`/imports/${one.id}`)
    await state(page, words)
    await ready(page)
    await isWithin(page)
    await checkAccessible(page, `import-${at}-390`)
  }
})
