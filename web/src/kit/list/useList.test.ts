import { describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/problem'
import type { Page } from '@/api/types'
import { testRouter, tick, withSetup } from '@/test/mount'
import type { ListOptions, ListQuery } from './types'
import { useList } from './useList'

interface Row {
  id: string
  name: string
}
const page = (ids: string[], next = ''): Page<Row> => ({ items: ids.map((id) => ({ id, name: `n${id}` })), next_cursor: next })

async function open(answer: (query: ListQuery, signal: AbortSignal) => Promise<Page<Row>>, more: Partial<ListOptions<Row>> = {}, at = '/rows') {
  const router = await testRouter(at)
  const fetch = vi.fn(answer)
  const { result: list, wrapper } = await withSetup(
    () => useList<Row>({ id: 't', fetch, columns: [{ key: 'name', label: 'x' }], filters: [{ key: 'state', label: 'x', type: 'choices' }], sort: '-id', ...more }),
    router,
  )
  await tick()
  return { list, router, fetch, wrapper }
}
const asked = (fetch: ReturnType<typeof vi.fn>) => fetch.mock.calls.map((c) => c[0] as ListQuery)

describe('useList', () => {
  it('asks with the state of the URL and shows the rows', async () => {
    const { list, fetch } = await open(async () => page(['1', '2']), {}, '/rows?q=张&state=a&sort=name')
    expect(asked(fetch)).toEqual([{ limit: '50', q: '张', sort: 'name', state: 'a' }])
    expect(list.rows.map((r) => r.id)).toEqual(['1', '2'])
    expect([list.loading, list.loaded, list.filtered]).toEqual([false, true, true])
  })

  it('writes a new filter into the URL and asks again', async () => {
    const { list, router, fetch } = await open(async () => page(['1']))
    list.setFilter('state', 'b')
    await tick()
    expect(router.currentRoute.value.query).toEqual({ state: 'b' })
    expect(asked(fetch)).toHaveLength(2)
    list.clearFilters()
    await tick()
    expect(router.currentRoute.value.query).toEqual({})
  })

  it('walks pages forth and back by cursor', async () => {
    const { list, fetch } = await open(async (q) => (q.cursor === 'c2' ? page(['3']) : q.cursor === 'c1' ? page(['2'], 'c2') : page(['1'], 'c1')))
    expect([list.hasPrevious, list.hasNext]).toEqual([false, true])
    list.next()
    await tick()
    list.next()
    await tick()
    expect([list.rows[0]!.id, list.hasPrevious, list.hasNext]).toEqual(['3', true, false])
    list.previous()
    await tick()
    expect(list.rows[0]!.id).toBe('2')
    list.previous()
    await tick()
    expect(asked(fetch).map((q) => q.cursor ?? '')).toEqual(['', 'c1', 'c2', 'c1', ''])
  })

  it('goes to the first page when the rows change', async () => {
    const { list, router } = await open(async () => page(['1'], 'c1'), {}, '/rows?cursor=c9')
    list.sortBy('name')
    await tick()
    expect(router.currentRoute.value.query).toEqual({ sort: 'name' })
    expect(list.hasPrevious).toBe(false)
  })

  it('drops an answer that comes after a newer question', async () => {
    const wait: ((p: Page<Row>) => void)[] = []
    const { list } = await open(() => new Promise((resolve) => wait.push(resolve)))
    list.search('neu')
    await tick()
    wait[1]!(page(['new']))
    await tick()
    wait[0]!(page(['old']))
    await tick()
    expect(list.rows.map((r) => r.id)).toEqual(['new'])
    expect(list.loading).toBe(false)
  })

  it('cancels the request of a page that is left', async () => {
    let signal: AbortSignal | undefined
    const { wrapper } = await open((_, s) => {
      signal = s
      return new Promise(() => undefined)
    })
    wrapper.unmount()
    expect(signal?.aborted).toBe(true)
  })

  it('shows the problem and recovers', async () => {
    let broken = true
    const { list } = await open(async () => {
      if (broken) throw new Problem({ code: 'network' })
      return page(['1'])
    })
    expect(list.problem?.code).toBe('network')
    broken = false
    await list.reload()
    expect([list.problem, list.rows.length]).toEqual([null, 1])
  })

  it('ticks rows, across pages, until the filter changes', async () => {
    const { list } = await open(async (q) => (q.cursor ? page(['3']) : page(['1', '2'], 'c1')))
    list.selection.setPage(true)
    expect(list.selection.allOnPage).toBe(true)
    list.selection.toggle(list.rows[0]!)
    expect(list.selection.ids).toEqual(['2'])
    list.next()
    await tick()
    list.selection.toggle(list.rows[0]!)
    expect(list.selection.ids).toEqual(['2', '3'])
    list.search('x')
    await tick()
    expect(list.selection.ids).toEqual([])
  })

  it('takes all that match, until a tick says otherwise', async () => {
    const { list } = await open(async () => page(['1', '2'], 'c1'))
    list.selection.setPage(true)
    list.selection.takeEverything()
    expect([list.selection.everything, list.selection.ids]).toEqual([true, ['1', '2']])
    list.selection.toggle(list.rows[0]!)
    expect([list.selection.everything, list.selection.ids]).toEqual([false, ['2']])
    list.selection.takeEverything()
    list.selection.clear()
    expect([list.selection.everything, list.selection.ids]).toEqual([false, []])
  })
})
