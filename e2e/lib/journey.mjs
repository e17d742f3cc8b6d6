// The frame of a file of journeys: one world and one Chromium for all its tests, a fresh signed-in page for each,
// and no error in any page's console at the end.
import { after, afterEach, before } from 'node:test'
import { expectNoFaults, launch, openPage } from './browser.mjs'
import { signIn, startWorld } from './world.mjs'

/**
 * Call it at the top of a test file. Returns {world, open(person, path, look), visit(person, path, look)}: `world` as of
 * startWorld once the tests run; `open` gives a new page signed in as {login, password} (null: nobody) at the path, its
 * heading in sight; `visit` the page of his last visit again, for tests that only look.
 * `start` makes another world, e.g. the demo company; `prepare(world)` adds to it before the first test.
 */
export function journeys({ start = startWorld, prepare } = {}) {
  const frame = { world: null, open, visit }
  const pages = []
  const visits = new Map()
  let browser
  before(async () => {
    browser = await launch()
    frame.world = await start()
    await prepare?.(frame.world)
  })
  after(async () => {
    await browser?.close()
    await frame.world?.stop()
  })
  afterEach(async () => {
    const done = pages.splice(0)
    await Promise.all(done.map((page) => page.context().close()))
    ;[...done, ...visits.values()].forEach(expectNoFaults)
  })
  async function open(person, path = '/', look = {}) {
    const page = await signedIn(person, look)
    pages.push(page)
    return at(page, path)
  }
  async function visit(person, path, look = {}) {
    const key = JSON.stringify([person?.login, look])
    if (!visits.has(key)) visits.set(key, await signedIn(person, look))
    return at(visits.get(key), path)
  }
  async function signedIn(person, look) {
    const page = await openPage(browser, frame.world.url, look)
    if (person) await carrySession(page, frame.world.url, person)
    return page
  }
  return frame
}

async function at(page, path) {
  await page.goto(path)
  await ready(page)
  return page
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
