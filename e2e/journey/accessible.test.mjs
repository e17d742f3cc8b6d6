// Every page and state of it (scenes.mjs) is accessible in both themes and no wider than a screen and a phone.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { desktop, phone } from '../lib/browser.mjs'
import { makeArticles } from '../lib/articles.mjs'
import { makeBulks } from '../lib/bulks.mjs'
import { makeCases } from '../lib/cases.mjs'
import { makeIncidents } from '../lib/incidents.mjs'
import { makeOutages } from '../lib/outages.mjs'
import { makePromises } from '../lib/promises.mjs'
import { journeys } from '../lib/journey.mjs'
import { admin, askForMuch, giveTasks, PASSWORD } from '../lib/world.mjs'
import { pathOf, scenes } from './scenes.mjs'

const frame = journeys({ prepare: (world) => Promise.all([giveTasks(world, { login: 'zhaolei', password: PASSWORD }), askForMuch(world), makeBulks(world), makeCases(world).then(() => Promise.all([makeArticles(world), makePromises(world), makeIncidents(world), makeOutages(world)]))]) })

/** What of the page would have to be scrolled sideways. */
function tooWide() {
  const parts = [document.documentElement, document.querySelector('#main')].filter(Boolean)
  return parts.filter((x) => x.scrollWidth > x.clientWidth).map((x) => `${x.tagName} ${x.scrollWidth} > ${x.clientWidth}`)
}

describe('accessible', () => {
  for (const [name, scene] of Object.entries(scenes)) {
    for (const viewport of scene.phone ? [desktop, phone] : [desktop]) {
      it(`${name} at ${viewport.width}`, async () => {
        const { as = admin, clock, act } = scene
        const page = await frame.visit(as, pathOf(scene, frame.world), { viewport, clock })
        await act?.(page)
        // Colours are the same at every width.
        await checkAccessible(page, name, { themes: viewport === phone ? ['light'] : undefined, whole: scene === scenes.home })
        assert.deepEqual(await page.evaluate(tooWide), [], `${name} is wider than the screen`)
      })
    }
  }
})
