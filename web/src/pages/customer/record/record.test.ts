import { reactive } from 'vue'
import { beforeAll, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { Problem } from '@/api/problem'
import { tick, withSetup } from '@/test/mount'
import type { Customer, CustomerEvent, Interaction, Scheme } from '../types'
import { pathKey, valueName } from './changes'
import { timelineItem } from './events'
import { expiry } from './expiry'
import { identityFacts } from './facts'
import { inputOf, valuesOf } from './interaction'
import { useMore } from './useMore'

beforeAll(() => setLang('zh', false))

describe('expiry', () => {
  it.each([
    [undefined, undefined],
    ['2026-11-21', 'expired'],
    ['2026-11-22', 'soon'],
    ['2027-01-21', 'soon'],
    ['2027-01-22', 'valid'],
  ])('of %s is %s', (until, state) => expect(expiry(until, '2026-11-22')).toBe(state))
})

describe('interaction', () => {
  it('sends fen, instants and no empty texts', () => {
    const values = { ...valuesOf(undefined, new Date('2026-11-22T01:00:00Z')), purpose: ' 走访 ', yuan: 19.99 }
    expect(inputOf(values)).toMatchObject({ mode: 'call', at: '2026-11-22T01:00:00.000Z', purpose: '走访', content: undefined, cost_fen: 1999 })
  })
  it('reads what is on record', () => {
    expect(valuesOf({ mode: 'visit', at: '2026-01-01T00:00:00Z', cost_fen: 50 } as Interaction, new Date())).toMatchObject({ mode: 'visit', yuan: 0.5, services: [], content: '' })
  })
})

describe('timelineItem', () => {
  const event = (kind: string, params = {}) => ({ id: '1', at: '2026-11-22T01:00:00Z', kind, params, text: 'as the server said' }) as CustomerEvent
  it('speaks the reader’s language and translates parameters that are keys', () => {
    expect(timelineItem(event('customer.contacted', { mode: '@customer.mode.call' })).title).toBe('客户往来：电话')
  })
  it('falls back to the server’s sentence', () => expect(timelineItem(event('new.thing')).title).toBe('as the server said'))
  it('marks trouble', () => expect(timelineItem(event('supply.disconnected')).tone).toBe('bad'))
})

describe('facts', () => {
  it('are those of the kind', () => {
    const keys = (kind: string) => identityFacts({ kind } as Customer).map((f) => f.key)
    expect(keys('person')).toContain('birth')
    expect(keys('organisation')).toContain('legal')
  })
  it('of changes are found by their path without the ids', () => expect(pathKey('contacts[019-a].value')).toBe('customer_ui.path.contacts.value'))
  it('of changed values are words, not codes', () => {
    const scheme = { code: 'relation', name_zh: '按供电关系', classes: [{ code: 'new', name_zh: '新客户' }] } as unknown as Scheme
    const named = (path: string, value: string) => valueName(path, value, { schemes: [scheme], fields: [] })
    expect(named('person.sex', 'female')).toBe('女')
    expect(named('contacts[019-a].kind', 'email')).toBe('电子邮箱')
    expect(named('classes.relation', 'new')).toBe('新客户')
    expect(named('organisation.registered_capital_fen', '123456700')).toBe('¥1,234,567.00')
    expect(named('confidential', 'true')).toBe('是')
    expect(named('person.occupation', '教师')).toBe('教师')
  })
})

describe('useMore', () => {
  it('grows page by page and keeps what it has when one fails', async () => {
    const asked: (string | undefined)[] = []
    const { result } = await withSetup(() =>
      reactive(
        useMore(async (cursor) => {
          asked.push(cursor)
          if (asked.length === 3) throw new Problem({ status: 500, code: 'internal' })
          return { items: [asked.length], next_cursor: 'n' }
        }),
      ),
    )
    await tick()
    await result.more()
    expect(result.items).toEqual([1, 2])
    await result.more()
    expect(result.items).toEqual([1, 2])
    expect(result.problem?.status).toBe(500)
    expect(asked).toEqual([undefined, 'n', 'n'])
  })
})
