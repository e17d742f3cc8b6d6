import { describe, expect, it } from 'vitest'
import { given, keyState, offered } from './keys'

it('a key is valid until it expires or is ended', () => {
  const now = Date.parse('2026-11-28T00:00:00Z')
  expect(keyState({ expires_at: '2026-11-29T00:00:00Z' }, now)).toBe('valid')
  expect(keyState({ expires_at: '2026-11-28T00:00:00Z' }, now)).toBe('expired')
  expect(keyState({ expires_at: '2026-11-29T00:00:00Z', ended_at: '2026-11-29T00:00:00Z' }, now)).toBe('expired')
  expect(keyState({ expires_at: '2026-11-29T00:00:00Z', revoked_at: '2026-11-27T00:00:00Z' }, now)).toBe('ended')
})

describe('what a key can be given', () => {
  const modules = [
    { module: 'org', permissions: ['org.list', 'org.create'] },
    { module: 'access', permissions: ['access.list', 'access.create'] },
    { module: 'customer', permissions: ['customer.list'] },
  ]
  const own = ['access.*', 'org.list']
  it('is what the person holds, by module', () => {
    expect(offered(own, modules)).toEqual([
      { module: 'org', permissions: ['org.list'] },
      { module: 'access', permissions: ['access.list', 'access.create'] },
    ])
    expect(offered(own, [])).toEqual([
      { module: 'access', permissions: [] },
      { module: 'org', permissions: ['org.list'] },
    ])
  })
  it('is a module whole only from who holds it so', () => {
    expect(given(['access.*', 'org.*', 'org.list'], own, offered(own, modules))).toEqual(['access.*', 'org.list', 'org.list'])
    expect(given(['org.*'], ['*'], modules)).toEqual(['org.*'])
  })
})
