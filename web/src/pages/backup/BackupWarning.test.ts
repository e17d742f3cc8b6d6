import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Me } from '@/api/types'
import { i18n, setLang } from '@/i18n'
import { me } from '@/session/session'
import { somebody } from '@/test/mount'
import BackupWarning from './BackupWarning.vue'

const person = (...permissions: string[]): Me => ({ ...somebody, permissions })
let asked = 0
let answer: () => Response

beforeAll(() => setLang('zh', false))
beforeEach(() => {
  asked = 0
  vi.useFakeTimers({ now: Date.parse('2026-06-11T09:00:00+08:00'), toFake: ['Date'] })
  vi.stubGlobal('fetch', async () => {
    asked++
    return answer()
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function show(): Promise<string> {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: {} }, { path: '/backups', name: 'backups', component: {} }] })
  const view = mount(BackupWarning, { global: { plugins: [i18n, router] } })
  await flushPromises()
  return view.text()
}
const status = (overdue: boolean, proved: object | undefined) => () => Response.json({ overdue, proved, since: '2026-06-01T00:00:00+08:00', schedule: {}, may: {} })

describe('the warning at home', () => {
  it('tells the age of the last proved backup', async () => {
    me.value = person('backup.*')
    answer = status(true, { id: 'b' })
    expect(await show()).toContain('10 天前')
  })
  it('tells that none was ever proved', async () => {
    me.value = person('*.get')
    answer = status(true, undefined)
    expect(await show()).toContain('还没有一份验证过')
  })
  it('is silent while all is well, and when the question fails', async () => {
    me.value = person('backup.*')
    answer = status(false, undefined)
    expect(await show()).toBe('')
    answer = () => new Response('{}', { status: 500 })
    expect(await show()).toBe('')
  })
  it('asks nothing for those who may not see backups', async () => {
    me.value = person('customer.*')
    expect([await show(), asked]).toEqual(['', 0])
  })
})
