import { describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { arrange, usePrefs } from './prefs'

const columns = [
  { key: 'a', label: 'A' },
  { key: 'b', label: 'B', hidden: true },
  { key: 'c', label: 'C' },
]
const keys = (rows: { column: { key: string }; shown: boolean }[]) => rows.map((r) => (r.shown ? '' : '!') + r.column.key)

describe('columns', () => {
  it('start in their own order with the hidden ones off', () => expect(keys(arrange(columns, []))).toEqual(['a', '!b', 'c']))
  it('follow what was remembered and forget columns that are gone', () => {
    expect(keys(arrange(columns, ['c', 'gone', '!a', 'b']))).toEqual(['c', '!a', 'b'])
  })
  it('insert a new column at its own place', () => expect(keys(arrange(columns, ['c', 'a']))).toEqual(['c', '!b', 'a']))
})

describe('usePrefs', () => {
  it('remembers shown columns, order and density', async () => {
    const prefs = usePrefs('t', columns)
    prefs.toggle('b')
    prefs.move('c', -1)
    prefs.setDensity('compact')
    await nextTick()
    await nextTick()
    const again = usePrefs('t', columns)
    expect(again.visible.value.map((c) => c.key)).toEqual(['a', 'c', 'b'])
    expect(again.density.value).toBe('compact')
  })
  it('ignores a broken memory', () => {
    localStorage.setItem('zhiyin.list.x', '{')
    expect(keys(usePrefs('x', columns).all.value)).toEqual(['a', '!b', 'c'])
  })
})
