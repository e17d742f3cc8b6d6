// Photographs the product for people to look at: ZHIYIN_BIN=… node journey/shots.mjs [scene…], into shots/.
import { checkAccessible } from '../lib/axe.mjs'
import { desktop, launch, login, openPage, phone, shot } from '../lib/browser.mjs'
import { admin, giveTasks, PASSWORD, startWorld } from '../lib/world.mjs'
import { scenes } from './scenes.mjs'

const wanted = process.argv.slice(2)
const looks = [
  { lang: 'zh', theme: 'light', viewport: desktop },
  { lang: 'en', theme: 'dark', viewport: desktop },
  { lang: 'zh', theme: 'dark', viewport: phone },
  { lang: 'en', theme: 'light', viewport: phone },
]
const world = await startWorld()
await giveTasks(world, { login: 'zhaolei', password: PASSWORD })
const browser = await launch()
for (const look of looks) {
  const page = await openPage(browser, world.url, look)
  let signedIn = ''
  for (const [name, scene] of Object.entries(scenes)) {
    if (wanted.length && !wanted.includes(name)) continue
    const person = scene.as ?? admin
    if (signedIn !== person.login) {
      await page.context().clearCookies()
      await login(page, person.login, person.password)
      signedIn = person.login
    }
    await scene.go(page, world)
    await page.waitForTimeout(400)
    await shot(page, `${name}-${look.lang}-${look.theme}-${look.viewport.width}`)
    if (page.faults.length) console.log(name, page.faults.splice(0))
    await checkAccessible(page, `${name}-${look.viewport.width}`).catch((e) => console.log('FAIL', e.message.split('\n')[0]))
    await page.evaluate((to) => (document.documentElement.dataset.theme = to), look.theme)
  }
  await page.context().close()
}
await browser.close()
await world.stop()
