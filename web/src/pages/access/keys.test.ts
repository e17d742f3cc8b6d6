import { beforeAll, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { keyState, offered } from './keys'

beforeAll(() => setLang('zh', false))

it('a key is valid until it expires or is ended', () => {
  const now = Date.parse('2026-11-28T00:00:00Z')
  expect(keyState({ expires_at: '2026-11-29T00:00:00Z' }, now)).toBe('valid')
  expect(keyState({ expires_at: '2026-11-28T00:00:00Z' }, now)).toBe('expired')
  expect(keyState({ expires_at: '2026-11-29T00:00:00Z', ended_at: '2026-11-29T00:00:00Z' }, now)).toBe('expired')
  expect(keyState({ expires_at: '2026-11-29T00:00:00Z', revoked_at: '2026-11-27T00:00:00Z' }, now)).toBe('ended')
})

describe('what a key can be given', () => {
  it('is the person’s own, whole or singly', () => {
    const groups = offered(['access.*', 'org.list'], ['access.list', 'customer.list', 'org.list', '*.get'], '全部操作')
    expect(groups.map((g) => [g.module, g.permissions.map((p) => p.pattern)])).toEqual([
      ['org', ['org.list']],
      ['access', ['access.*', 'access.list']],
    ])
    expect(groups[1]?.permissions[0]?.words).toBe('全部操作')
    expect(groups[0]?.permissions[0]?.words).toBe('查看列表')
  })
})
