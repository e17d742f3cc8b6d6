import { desktop, launch, openPage, phone, login } from './lib/browser.mjs'
const [,, who, path, name, act] = process.argv
const browser = await launch()
const url = process.env.URL ?? 'http://127.0.0.1:8131'
for (const look of (process.env.ALL ? [{ lang: 'zh', theme: 'light', viewport: desktop }, { lang: 'en', theme: 'dark', viewport: desktop }, { lang: 'zh', theme: 'dark', viewport: phone }, { lang: 'en', theme: 'light', viewport: phone }] : [{ lang: 'zh', theme: 'light', viewport: desktop }])) {
  const page = await openPage(browser, url, look)
  await page.goto(url)
  await login(page, who, 'zhiyin-demo')
  await page.waitForTimeout(500)
  let to = path
  if (path.includes('?get=')) { const q = decodeURIComponent(path.split('?get=')[1]); const r = await page.evaluate(async (u) => (await (await fetch(u)).json()).items, q); const i = Number(process.env.N ?? 0); to = path.split('?get=')[0] + r[i].id }
  await page.goto(url + to)
  await page.waitForTimeout(1500)
  if (act) { for (const a of act.split('|')) { await page.getByRole('button', { name: a, exact: true }).first().click(); await page.waitForTimeout(600) } }
  await page.screenshot({ path: `/tmp/fault/shot-${name}-${look.lang}-${look.theme}-${look.viewport.width}.png`, fullPage: true })
  if (page.faults.length) console.log(page.faults)
}
await browser.close()
