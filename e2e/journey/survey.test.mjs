// From a response file to the satisfaction report, on the real binary: import, estimate, read; and a bad file.
import assert from 'node:assert/strict'
import { readFile, writeFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkAccessible } from '../lib/axe.mjs'
import { expectNoFaults, launch, openPage, phone, shot } from '../lib/browser.mjs'
import { carrySession } from '../lib/journey.mjs'
import { addUser, PASSWORD, startWorld } from '../lib/world.mjs'

const testdata = fileURLToPath(new URL('../../pls/testdata/', import.meta.url))
const SURVEY = path.join(testdata, 'ecsi_power.csv')
const reference = JSON.parse(await readFile(path.join(testdata, 'ecsi_power_modeA_path.json'), 'utf8'))
const who = { login: 'linyue', name: '林月' }
let world, browser, dir

before(async () => {
  world = await startWorld()
  await addUser(world, { ...who, role: 'analyst', at: '1001' })
  browser = await launch()
  dir = await mkdtemp(path.join(tmpdir(), 'zhiyin-survey-'))
})
after(async () => {
  await browser?.close()
  await world?.stop()
  if (dir) await rm(dir, { recursive: true, force: true })
})

async function signedIn(look) {
  const page = await openPage(browser, world.url, look)
  await carrySession(page, world.url, { login: who.login, password: PASSWORD })
  return page
}
async function newSurvey(page, title) {
  await page.goto('/surveys/new')
  await page.getByLabel('名称').fill(title)
  await page.getByRole('button', { name: '保存' }).click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
}
async function upload(page, file) {
  await page.getByRole('button', { name: /导入答卷/ }).first().click()
  await page.getByRole('heading', { level: 1, name: /导入答卷/ }).waitFor()
  await page.locator('input[type=file]').setInputFiles(file)
  await page.getByRole('heading', { name: '列的用途' }).waitFor()
}
const next = (page, name) => page.getByRole('button', { name }).click()

test('import, estimate and read the report', async () => {
  const page = await signedIn()
  await newSurvey(page, '清河公司满意度调查')
  await upload(page, SURVEY)
  await page.getByText('23 个题目中已对应 23 个').waitFor()
  await checkAccessible(page, 'survey-map')
  await shot(page, 'survey-map')

  // What was chosen is there again after back, forward and a reload.
  await page.getByLabel('“wave”的属性名').fill('批次')
  await next(page, '检查每一行')
  await page.getByText('没有发现问题。').waitFor()
  await page.goBack()
  assert.equal(await page.getByLabel('“wave”的属性名').inputValue(), '批次')
  await page.reload()
  await page.getByRole('heading', { name: '列的用途' }).waitFor()
  assert.equal(await page.getByLabel('“wave”的属性名').inputValue(), '批次')
  await page.goForward()
  await page.getByText('没有发现问题。').waitFor()
  await checkAccessible(page, 'survey-check')
  await next(page, '导入 1,000 份答卷')
  await page.getByText('已导入 1,000 份答卷').waitFor()
  await shot(page, 'survey-imported')

  await next(page, '估计满意度')
  const resamples = page.getByLabel('自助抽样次数')
  await resamples.fill('200')
  await resamples.blur()
  await checkAccessible(page, 'estimate')
  await shot(page, 'estimate')
  await next(page, '开始估计')
  await page.getByRole('heading', { name: '这意味着什么' }).waitFor({ timeout: 60_000 })
  await readReport(page)
  await checkAccessible(page, 'report')
  expectNoFaults(page)
  await page.context().close()
})

/** The report shows the numbers of the reference, in the digits of the page. */
async function readReport(page) {
  const text = await page.locator('main').innerText()
  const { index_0_100: index } = reference.satisfaction_index.constructs.Satisfaction
  assert.equal(index.toFixed(1), '72.2')
  assert.match(text, /用户满意指数\s+(如何计算\s+)?72\.2/)
  await page.getByText('路径系数表').click()
  const table = await page.getByRole('region', { name: '路径系数表：表' }).innerText()
  const { paths } = reference.estimates
  const coefficients = reference.estimates.paths.map((p) => p.value)
  assert.equal(coefficients.length, 12)
  for (const c of coefficients) assert.ok(table.includes(c.toFixed(3)), `path coefficient ${c} in\n${table}`)
  for (const words of ['欧洲顾客满意度指数模型', '数据与设置', '信度与效度', '题目与载荷', '抽 200 次']) assert.ok(text.includes(words), words)
}

test('a bad file: every fault by row and column, the sound rows imported on demand, the same file told', async () => {
  const page = await signedIn()
  const lines = (await readFile(SURVEY, 'utf8')).trimEnd().split('\n').slice(0, 201)
  const at = lines[0].split(',').indexOf('IMAG2')
  const put = (row, value) => {
    const cells = lines[row].split(',')
    cells[at] = value
    lines[row] = cells.join(',')
  }
  put(3, '不知道')
  put(5, '11')
  const file = path.join(dir, '答卷.csv')
  await writeFile(file, lines.join('\n'))

  await newSurvey(page, '有错误的调查')
  await upload(page, file)
  await next(page, '检查每一行')
  const found = page.getByRole('region', { name: '问题：表' })
  await found.getByText('不是数字').first().waitFor() // the rows come after the table
  const text = await found.innerText()
  assert.match(text, /第 4 行第 9 列“IMAG2”.*不知道.*不是数字/s)
  assert.match(text, /第 6 行第 9 列“IMAG2”.*11.*超出量表/s)
  const importing = page.getByRole('button', { name: /^导入 198 份答卷/ })
  assert.ok(await importing.isDisabled(), 'bad rows stop the import')
  await checkAccessible(page, 'survey-problems')
  await shot(page, 'survey-problems')
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('下载问题清单').click()])
  assert.match(await readFile(await download.path(), 'utf8'), /不知道/)

  await page.getByText(/跳过有问题的 2 行/).click()
  await importing.click()
  await page.getByText('已导入 198 份答卷').waitFor()

  await newSurvey(page, '同一个文件')
  await upload(page, file)
  await page.getByText('这个文件已经导入过').waitFor()
  expectNoFaults(page)
  await page.context().close()
})

test('a file that is no table is refused in words', async () => {
  const page = await signedIn()
  const file = path.join(dir, '图片.csv')
  await writeFile(file, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 0, 1, 2, 3]))
  await newSurvey(page, '不是表格')
  await page.getByRole('button', { name: /导入答卷/ }).first().click()
  await page.locator('input[type=file]').setInputFiles(file)
  await page.getByText(/这不是 CSV 或 XLSX 文件/).waitFor()
  expectNoFaults(page)
  await page.context().close()
})

test('an own model: copied, broken, told where, saved as a version', async () => {
  const page = await signedIn()
  await page.goto('/satisfaction/models/ecsi')
  await page.getByRole('heading', { name: '构念与题目' }).waitFor()
  await checkAccessible(page, 'model')
  await page.getByRole('button', { name: '复制后修改' }).click()
  const dialog = page.getByRole('dialog').last()
  await dialog.getByLabel('短名').fill('qinghe')
  await dialog.getByRole('button', { name: '复制后修改' }).click()
  const area = page.getByLabel('模型（JSON）')
  await area.waitFor()
  const sound = await area.inputValue()
  await area.fill(sound.replace('"from": "Image",', '"from": "Imag",'))
  await page.getByText(/没有名为“Imag”的构念|不存在|“Imag”/).first().waitFor()
  await page.getByText(/第 \d+ 行第 \d+ 列/).first().waitFor()
  await checkAccessible(page, 'model-edit')
  await shot(page, 'model-edit')
  await area.fill(sound.replace('用户期望', '用户预期'))
  await page.getByText('模型没有问题。').waitFor()
  await page.getByRole('button', { name: '保存为新版本' }).click()
  await page.locator('tbody th').filter({ hasText: '用户预期' }).waitFor()
  expectNoFaults(page)
  await page.context().close()
})

test('the report on a phone, in English', async () => {
  const page = await signedIn({ lang: 'en', viewport: phone })
  await page.goto('/satisfaction')
  await page.getByRole('link').filter({ hasText: '清河公司满意度调查' }).first().click()
  await page.getByRole('heading', { name: 'What this means' }).waitFor()
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  assert.ok(wide <= 0, `the page is ${wide} px too wide`)
  await checkAccessible(page, 'report-390')
  await shot(page, 'report-390')
  expectNoFaults(page)
  await page.context().close()
})
