import { describe, expect, it } from 'vitest'
import { modules } from './modules'

describe('keys of the navigation', () => {
  it('lead to one page each', () => {
    const keys = modules.flatMap((m) => m.nav ?? []).flatMap((n) => (n.keys ? [n.keys] : []))
    expect(keys.length).toBeGreaterThan(10)
    expect(keys.filter((k, i) => keys.indexOf(k) !== i)).toEqual([])
  })
})
