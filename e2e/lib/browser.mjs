// One Chromium for a test file; a fresh, empty profile for every page.
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const SHOTS = fileURLToPath(new URL('../shots/', import.meta.url))
// The headless shell is the same engine without a desktop's windows: a page costs it half as much.
const PROGRAMS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium']
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const desktop = { width: 1440, height: 900 }
export const phone = { width: 390, height: 844 }

export function launch() {
  const executablePath = process.env.CHROMIUM ?? PROGRAMS.find(existsSync) ?? PROGRAMS[0]
  return chromium.launch({ executablePath, headless: true, args: FLAGS })
}

/**
 * Opens a page with the language ("zh", "en"), theme ("light", "dark"), size and time (ms) wanted. Errors in its console and
 * uncaught ones are collected in page.faults; expectNoFaults checks them at the end.
 */
export async function openPage(browser, url, { lang = 'zh', theme = 'light', viewport = desktop, chosenLang = lang, clock } = {}) {
  const context = await browser.newContext({
    baseURL: url,
    viewport,
    locale: lang === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
    colorScheme: theme,
    hasTouch: viewport.width < 600,
    isMobile: viewport.width < 600,
    reducedMotion: 'reduce',
  })
  // As if chosen on this machine before (null: not): a user's own language would else take over at login.
  if (chosenLang) await context.addInitScript((to) => localStorage.getItem('zhiyin.lang') ?? localStorage.setItem('zhiyin.lang', to), chosenLang)
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  if (clock) await page.clock.setFixedTime(clock) // the browser's; the server keeps its own
  page.faults = []
  page.on('pageerror', (error) => page.faults.push(String(error)))
  page.on('console', (message) => {
    // A refused request is the server's answer, and the page's to show; it is no fault of the script.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) page.faults.push(message.text())
  })
  return page
}

export function expectNoFaults(page) {
  const faults = page.faults.splice(0)
  if (faults.length) throw new Error(`errors in the browser:\n${faults.join('\n')}`)
}

export async function login(page, name, password) {
  await page.goto('/login')
  await page.locator('input[autocomplete=username]').fill(name)
  await page.locator('input[autocomplete=current-password]').fill(password)
  await page.locator('button[type=submit]').click()
  await page.waitForURL((to) => to.pathname !== '/login')
}

/** Does what is due of somebody who signed in with a password another gave him. */
export async function changePassword(page, old, fresh) {
  await page.locator('input[autocomplete=current-password]').fill(old)
  await page.locator('input[autocomplete=new-password]').fill(fresh)
  await page.locator('button[type=submit]').click()
  await page.waitForURL((to) => to.pathname !== '/due')
}

/** Saves a picture under e2e/shots/, for people to look at. */
export async function shot(page, name, options = {}) {
  await mkdir(SHOTS, { recursive: true })
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`), ...options })
}
