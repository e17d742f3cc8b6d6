// The frame of a file of journeys: one world and one Chromium for all its tests, a fresh signed-in page for each,
// and no error in any page's console at the end.
import { after, afterEach, before } from 'node:test'
import { expectNoFaults, launch, openPage } from './browser.mjs'
import { signIn, startWorld } from './world.mjs'

/**
 * Call it at the top of a test file. Returns {world, open(person, path, look)}: `world` as of startWorld once the tests
 * run; `open` gives a page signed in as {login, password} (null: nobody) at the path, its heading in sight.
 * `start` makes another world, e.g. the demo company; `prepare(world)` adds to it before the first test.
 */
export function journeys({ start = startWorld, prepare } = {}) {
  const frame = { world: null, open }
  const pages = []
  let browser
  before(async () => {
    ;[frame.world, browser] = await Promise.all([start(), launch()])
    await prepare?.(frame.world)
  })
  after(async () => {
    await browser?.close()
    await frame.world?.stop()
  })
  afterEach(async () => {
    const done = pages.splice(0)
    await Promise.all(done.map((page) => page.context().close()))
    done.forEach(expectNoFaults)
  })
  async function open(person, path = '/', look = {}) {
    const page = await openPage(browser, frame.world.url, look)
    pages.push(page)
    if (person) await carrySession(page, frame.world.url, person)
    await page.goto(path)
    await ready(page)
    return page
  }
  return frame
}

/** Signs the page in without the login form. */
export async function carrySession(page, url, person) {
  const call = await signIn(url, person)
  const [name, value] = call.cookie.split('=')
  await page.context().addCookies([{ name, value, url }])
}

/** Waits for the page's heading and for what it loads. */
export async function ready(page) {
  await page.locator('main h1').first().waitFor({ state: 'attached' })
  await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' })
}

/** Chooses from one of the kit's select fields; its input lies under the text that is shown. */
export async function pick(page, label, option) {
  await page.getByRole('combobox', { name: label }).click({ force: true })
  await page.getByRole('option', { name: option, exact: true }).click()
}
