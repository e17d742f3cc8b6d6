import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { View } from '@/api/types'
import { toasts } from '@/kit/feedback/toast'
import { me } from '@/session/session'
import { serve, somebody, testRouter, tick, withSetup } from '@/test/mount'
import type { ListQuery } from './types'
import { useList } from './useList'

interface Row {
  id: string
  name: string
}
const view = (id: string, more: Partial<View> = {}): View => ({
  id, list: 't', name: `视图${id}`, owner_id: 'u', owner_name: '王芳', filters: { state: 'b' }, columns: ['size', '!name'], density: 'compact', dropped: [],
  pinned: false, default: false, may_change: true, may_remove: true, version: 1, created_at: '', updated_at: '', ...more,
})
let nth = 0

/** A list of its own with the views that the server has. */
async function open(views: View[], at = '/rows') {
  me.value = { ...somebody, id: `u${++nth}`, permissions: ['view.*'] }
  const sent = serve((r) => {
    if (r.method === 'GET') return { body: { items: views } }
    if (r.method === 'DELETE') return { status: 204 }
    const id = r.path.split('/')[4] ?? 'new'
    const old = views.find((v) => v.id === id) ?? view(id)
    return { status: r.method === 'POST' ? 201 : 200, body: { ...old, ...(r.body as object), version: old.version + 1 }, headers: { ETag: '"2"' } }
  })
  const router = await testRouter(at)
  const fetch = vi.fn((query: ListQuery) => Promise.resolve({ items: [{ id: query.q ?? '1', name: 'n' }], next_cursor: '' }))
  const { result: list } = await withSetup(
    () =>
      useList<Row>({
        id: 't',
        views: true,
        fetch,
        columns: [{ key: 'name', label: 'x' }, { key: 'size', label: 'y' }],
        filters: [{ key: 'state', label: 'x', type: 'choice' }],
        sort: '-id',
      }),
    router,
  )
  await tick()
  await tick()
  return { list, router, fetch, sent }
}
const query = (router: Awaited<ReturnType<typeof testRouter>>) => router.currentRoute.value.query

describe('views of a list', () => {
  beforeEach(() => toasts.splice(0))

  it('stand in the address with all they hold', async () => {
    const { list, router, fetch } = await open([view('1', { q: '李', sort: 'name' })])
    list.views.choose(list.views.all[0])
    await tick()
    expect(query(router)).toEqual({ view_id: '1', q: '李', state: 'b', sort: 'name' })
    expect(fetch.mock.lastCall?.[0]).toEqual({ limit: '50', q: '李', sort: 'name', state: 'b' })
    expect(list.prefs.visible.map((c) => c.key)).toEqual(['size'])
    expect([list.prefs.density, list.views.current?.id, list.views.changed]).toEqual(['compact', '1', false])
  })

  it('are changed by what is done to the list, which can be kept or given up', async () => {
    const { list, router, sent } = await open([view('1')], '/rows?view_id=1')
    expect(query(router)).toEqual({ view_id: '1', state: 'b' })
    list.setFilter('state', '')
    list.prefs.toggle('name')
    await tick()
    expect([query(router), list.views.changed]).toEqual([{ view_id: '1' }, true])
    list.views.choose(list.views.current)
    await tick()
    expect([query(router).state, list.views.changed, list.prefs.visible.length]).toEqual(['b', false, 1])
    list.sortBy('name')
    await tick()
    await list.views.keep()
    expect(sent.at(-1)).toMatchObject({ method: 'PUT', body: { name: '视图1', filters: { state: 'b' }, sort: 'name', columns: ['size', '!name'] } })
    expect([list.views.changed, toasts.length]).toEqual([false, 1])
  })

  it('open the list where one is the default, before any rows are asked for', async () => {
    const { list, router, fetch } = await open([view('1', { default: true })])
    expect(query(router)).toEqual({ view_id: '1', state: 'b' })
    expect(fetch).toHaveBeenCalledTimes(1)
    list.views.choose(undefined)
    await tick()
    expect([query(router), list.views.current]).toEqual([{ view_id: 'all' }, undefined])
    list.setFilter('state', 'c')
    list.clearFilters()
    await tick()
    expect(query(router)).toEqual({ view_id: 'all' })
  })

  it('leave an address with filters alone', async () => {
    const { list, router } = await open([view('1', { default: true })], '/rows?state=c')
    expect([query(router), list.views.current]).toEqual([{ state: 'c' }, undefined])
  })

  it('say what of them does not apply, and which is gone', async () => {
    const { list } = await open([view('1', { filters: { state: 'b', region: 'x' }, dropped: ['colour'] })])
    list.views.choose(list.views.all[0])
    await tick()
    expect(toasts[0]?.text).toContain('colour、region')
    const lost = await open([view('1')], '/rows?view_id=9&state=c')
    expect([toasts.at(-1)?.text, lost.list.views.current]).toEqual([expect.stringContaining('不存在'), undefined])
  })

  it('are kept under a name and removed, with a way back', async () => {
    const { list, router, sent } = await open([], '/rows?state=c')
    await list.views.add({ name: '新', org_id: '' }, 'key')
    await tick()
    expect(sent.at(-1)).toMatchObject({ method: 'POST', body: { list: 't', name: '新', filters: { state: 'c' }, columns: ['name', 'size'], density: 'comfortable' } })
    expect([query(router), list.views.current?.name]).toEqual([{ view_id: 'new', state: 'c' }, '新'])
    await list.views.remove(list.views.current!)
    await tick()
    expect([list.views.all.length, query(router)]).toEqual([0, {}])
    await toasts.at(-1)?.undo?.()
    expect(sent.at(-1)).toMatchObject({ method: 'POST', path: '/api/v1/views/new/restore' })
    expect(list.views.all.length).toBe(1)
  })
})
