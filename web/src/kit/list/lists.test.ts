import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listSpecs } from '@/pages/supply/list/lists'

interface Known {
  filters: string[]
  sorts: string[]
  columns: string[]
}
const known = JSON.parse(readFileSync(resolve(__dirname, '../../../../internal/domain/view/list.json'), 'utf8')) as Record<string, Known>
const sources = import.meta.glob<string>('/src/pages/**/*.vue', { query: '?raw', import: 'default', eager: true })
const has = (names: string[], name: string) => names.some((n) => n === name || (n.endsWith('*') && name.startsWith(n.slice(0, -1))))

/** The lists whose definition stands in a page, with what the page says of them. */
const pages = Object.values(sources).flatMap((text) => {
  const id = /id: '([\w-]+)',\n\s*views: true/.exec(text)?.[1]
  if (!id) return []
  const [columns = '', filters = ''] = text.slice(text.indexOf('useList<')).split(/\n {2}filters/)
  const before = /const filters[^=]*= \[\n([\s\S]*?)\n\]/.exec(text)?.[1] ?? ''
  const keys = (part: string) => [...part.matchAll(/\{\s*key: '([\w.]+)'/g)].map((m) => m[1] ?? '')
  return [{ id, columns: keys(columns), sorts: [...columns.matchAll(/sort: '(\w+)'/g)].map((m) => m[1] ?? ''), filters: [...keys(filters.split('</script>')[0] ?? ''), ...keys(before)] }]
})

// The server keeps views of what list.json says a list has; a column or filter that it lacks could not be kept.
describe('lists that people keep views of', () => {
  it('are found in the pages', () => expect(pages.map((p) => p.id).sort()).toEqual(expect.arrayContaining(['audit', 'customers', 'receptions', 'users'])))

  it.each(pages)('$id is as the server knows it', ({ id, columns, sorts, filters }) => {
    const list = known[id]
    expect(list, id).toBeDefined()
    expect(columns.filter((c) => !has(list!.columns, c))).toEqual([])
    expect(sorts.filter((s) => !has(list!.sorts, s))).toEqual([])
    expect(filters.filter((f) => !has(list!.filters, f))).toEqual([])
    expect(columns.length).toBeGreaterThan(2)
  })

  it.each(Object.entries(listSpecs))('supply-%s is as the server knows it', (plural, spec) => {
    const list = known[`supply-${plural}`]
    expect(spec.columns.filter((c) => !has(list!.columns, c.key)).map((c) => c.key)).toEqual([])
    expect(spec.columns.filter((c) => c.sort && !has(list!.sorts, c.sort)).map((c) => c.sort)).toEqual([])
    expect(spec.filters.filter((f) => !has(list!.filters, f.key)).map((f) => f.key)).toEqual([])
  })
})
