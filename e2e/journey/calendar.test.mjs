// Calendars: the year with its signs, a missing year that stops a date, its import with a dry run, and going back.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { phone } from '../lib/browser.mjs'
import { journeys } from '../lib/journey.mjs'
import { admin, PASSWORD, signIn } from '../lib/world.mjs'

const YEAR = new Date().getFullYear() + 1
const frame = journeys()
const clerk = { login: 'wangfang', password: PASSWORD }

const named = (name, date, isOffDay = true) => ({ name, date: `${YEAR}-${date}`, isOffDay })
const days = [
  named('元旦', '01-01'), named('春节', '02-10'), named('清明节', '04-05'), named('劳动节', '05-01'), named('端午节', '06-10'), named('中秋节', '09-15'),
  named('国庆节', '10-01'), named('国庆节', '10-02'), named('国庆节', '10-03'),
]
async function file(name, content) {
  const at = path.join(tmpdir(), `${process.pid}-${name}`)
  await writeFile(at, typeof content === 'string' ? content : JSON.stringify(content))
  return at
}

describe('a calendar', () => {
  it('shows days off and worked weekend days by signs', async () => {
    const page = await frame.open(clerk, '/calendars?year=2026', { viewport: phone })
    await page.getByText('国办发明电〔2025〕7号').waitFor()
    const february = page.locator('section').filter({ has: page.getByText('2 月', { exact: true }) })
    await february.getByText('15–23 日 春节放假').waitFor()
    await february.getByText('14 日 上班（春节调休）').waitFor()
    assert.equal(await february.locator('.holiday', { hasText: '休' }).count(), 9)
    assert.equal(await page.getByRole('button', { name: '导入放假安排' }).count(), 0)
  })

  it('that is missing is told of, and no date is made up', async () => {
    const page = await frame.open(admin, `/calendars?year=${YEAR}`)
    await page.getByText(`没有 ${YEAR} 年的放假安排`, { exact: true }).waitFor()
  })

  it('is checked before it is imported', async () => {
    const page = await frame.open(admin, '/calendars')
    await page.getByRole('button', { name: '导入放假安排' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.locator('input[type=file]').setInputFiles(await file('not.json', '日期,名称'))
    await dialog.getByText('不是有效的 JSON 文件').waitFor()
    await dialog.getByRole('button', { name: /移除|删除|清除/ }).click()
    await dialog.locator('input[type=file]').setInputFiles(await file('half.json', { year: YEAR, papers: ['公报'], days: days.slice(0, 3) }))
    await dialog.getByPlaceholder('如 国办发明电').fill('国办发明电〔试〕1号')
    await dialog.getByRole('button', { name: '试算' }).click()
    await dialog.getByText('缺少“劳动节”').waitFor()
    await dialog.getByRole('button', { name: /移除|删除|清除/ }).click()
    await dialog.locator('input[type=file]').setInputFiles(await file('next.json', { $schema: 'x', year: YEAR, papers: ['公报'], days }))
    await dialog.getByRole('button', { name: '试算' }).click()
    await dialog.getByText(new RegExp(`${YEAR} 年有 \\d+ 个工作日`)).waitFor()
    await dialog.getByText(`${YEAR}-02-10`).waitFor()
    await dialog.getByRole('button', { name: `导入 ${YEAR} 年` }).click()
    await page.getByRole('heading', { name: `${YEAR} 年`, exact: true }).waitFor()
    await page.getByText('国办发明电〔试〕1号').waitFor()
  })

  it('is replaced, keeps its history and comes back', async () => {
    const call = await signIn(frame.world.url, admin)
    const { etag } = await call('GET', `/calendars/${YEAR}`)
    await call('PUT', `/calendars/${YEAR}`, { year: YEAR, notice: '更正通知', papers: ['公报'], days: [...days, named('国庆节', '10-04')] }, { 'If-Match': etag })
    const page = await frame.open(admin, `/calendars?year=${YEAR}`)
    await page.getByText('更正通知').waitFor()
    await page.getByRole('button', { name: '再次使用' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: '试算' }).click()
    await dialog.getByText(`${YEAR}-10-04`).waitFor()
    await dialog.getByRole('button', { name: `替换 ${YEAR} 年` }).click()
    await page.getByRole('button', { name: '再次使用' }).nth(1).waitFor() // two earlier versions now
    assert.equal((await call('GET', `/calendars/${YEAR}`)).body.notice, '国办发明电〔试〕1号')
  })
})
