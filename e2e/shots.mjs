// Photographs the gallery for people to look at: node shots.mjs [name…]. Needs web's gallery:build.
import { checkAccessible } from './lib/axe.mjs'
import { desktop, launch, login, openPage, phone, shot } from './lib/browser.mjs'
import { startFixture } from './shell/fixture.mjs'

const wanted = process.argv.slice(2)
const fixture = await startFixture()
const browser = await launch()
const scenes = {
  login: async (page) => { await page.goto('/login') },
  home: async (page) => { await page.goto('/') },
  list: async (page) => { await page.goto('/gallery/list') },
  record: async (page) => { await page.goto('/gallery/list/p3') },
  timeline: async (page) => { await page.goto('/gallery/list/p3?tab=time') },
  job: async (page) => { await page.goto('/gallery/list/p3?tab=work') },
  form: async (page) => { await page.goto('/gallery/form') },
  charts: async (page) => { await page.goto('/gallery/charts'); await page.waitForSelector('svg'); await page.waitForTimeout(600) },
  items: async (page) => { await page.goto('/gallery/charts'); await page.getByText('显示题项').click(); await page.waitForTimeout(400) },
  print: async (page) => { await page.goto('/gallery/charts'); await page.waitForSelector('figure.chart svg'); await page.emulateMedia({ media: 'print' }); await page.evaluate(() => dispatchEvent(new Event('beforeprint'))); await page.waitForTimeout(400) },
  palette: async (page) => { await page.goto('/gallery/list'); await page.waitForSelector('main h1'); await page.keyboard.press('Control+k'); await page.waitForSelector('[role=combobox]'); await page.keyboard.type('李') ; await page.waitForTimeout(500) },
}
for (const [name, go] of Object.entries(scenes)) {
  if (wanted.length && !wanted.includes(name)) continue
  for (const [lang, theme, viewport] of [['zh', 'light', desktop], ['en', 'dark', desktop], ['zh', 'dark', phone], ['en', 'light', phone]]) {
    const page = await openPage(browser, fixture.url, { lang, theme, viewport })
    fixture.state.signedIn = false
    if (name !== 'login') await login(page, 'limin', 'secret')
    await go(page)
    await page.waitForTimeout(500)
    await shot(page, `${name}-${lang}-${theme}-${viewport.width}`)
    if (page.faults.length) console.log(name, page.faults)
    await checkAccessible(page, `${name}-${viewport.width}`).catch((e) => console.log('FAIL', e.message.split('\n')[0]))
    await page.context().close()
  }
}
await browser.close()
await fixture.stop()
