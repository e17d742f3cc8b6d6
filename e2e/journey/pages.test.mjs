// Every page and state of it (scenes.mjs) is accessible in both themes, on a screen and on a phone.
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { desktop, phone } from '../lib/browser.mjs'
import { journeys } from '../lib/journey.mjs'
import { admin, askForMuch, giveTasks, PASSWORD } from '../lib/world.mjs'
import { pathOf, scenes } from './scenes.mjs'

const frame = journeys({ prepare: (world) => Promise.all([giveTasks(world, { login: 'zhaolei', password: PASSWORD }), askForMuch(world)]) })

describe('accessible', () => {
  for (const [name, scene] of Object.entries(scenes)) {
    for (const viewport of scene.phone ? [desktop, phone] : [desktop]) {
      it(`${name} at ${viewport.width}`, async () => {
        const { as = admin, clock, act } = scene
        const page = await frame.visit(as, pathOf(scene, frame.world), { viewport, clock })
        await act?.(page)
        await checkAccessible(page, name)
      })
    }
  }
})
