// Photographs the product for people to look at: ZHIYIN_BIN=… node journey/shots.mjs [scene…], into shots/.
import { desktop, launch, openPage, phone, shot } from '../lib/browser.mjs'
import { makeBulks } from '../lib/bulks.mjs'
import { makeCases } from '../lib/cases.mjs'
import { makeArticles } from '../lib/articles.mjs'
import { makeIncidents } from '../lib/incidents.mjs'
import { makeOutages } from '../lib/outages.mjs'
import { makePromises } from '../lib/promises.mjs'
import { carrySession, ready } from '../lib/journey.mjs'
import { admin, askForMuch, giveTasks, PASSWORD, startWorld } from '../lib/world.mjs'
import { pathOf, scenes } from './scenes.mjs'

const looks = [
  { lang: 'zh', theme: 'light', viewport: desktop },
  { lang: 'en', theme: 'dark', viewport: desktop },
  { lang: 'zh', theme: 'dark', viewport: phone },
  { lang: 'en', theme: 'light', viewport: phone },
]
const wanted = process.argv.slice(2)
const world = await startWorld()
await giveTasks(world, { login: 'zhaolei', password: PASSWORD })
await askForMuch(world)
await makeBulks(world)
await makeCases(world)
await makeArticles(world)
await makePromises(world)
await makeIncidents(world)
await makeOutages(world)
const browser = await launch()
for (const [name, scene] of Object.entries(scenes)) {
  if (wanted.length && !wanted.includes(name)) continue
  for (const look of looks) {
    const page = await openPage(browser, world.url, { ...look, clock: scene.clock })
    await carrySession(page, world.url, scene.as ?? admin)
    await page.goto(pathOf(scene, world))
    await ready(page)
    await scene.act?.(page)
    await page.waitForTimeout(300)
    await shot(page, `${name}-${look.lang}-${look.theme}-${look.viewport.width}`)
    if (page.faults.length) console.log(name, page.faults)
    await page.context().close()
  }
}
await browser.close()
await world.stop()
