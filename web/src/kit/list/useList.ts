import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { asProblem, type Problem } from '@/api/problem'
import { currentOrg } from '@/session/session'
import { usePrefs, type Layout } from './prefs'
import { apiQuery, nextSort, readState, writeState, type ListState } from './query'
import type { ListOptions, ListQuery } from './types'
import { useViews } from './views'

export type List<T extends object> = ReturnType<typeof useList<T>>

/** The state of one list: rows from the server, filters and place in the URL, selection, columns. Give it to ListView. */
export function useList<T extends object>(options: ListOptions<T>) {
  const { go, isHere, bare, ...place } = usePlace(options)
  const held = shallowRef<Layout | null>(null)
  const prefs = usePrefs(options.id, options.columns, held)
  const { settled, ...views } = useViews(options, { state: place.state, go, isHere, bare, prefs, held })
  const { nextCursor, ...page } = useRows(options.fetch, place.query, () => isHere() && settled.value)
  const { trail, ...turning } = useTrail(place.state, nextCursor, go)
  const selection = useSelection(page.rows, options.rowKey ?? ((row) => String((row as { id?: unknown }).id)))

  watch(
    () => JSON.stringify({ ...place.query.value, cursor: '' }),
    () => {
      trail.value = []
      selection.clear()
    },
  )
  watch(
    () => currentOrg.value?.id,
    () => place.state.value.cursor && go({ cursor: '' }, 'replace'), // a cursor belongs to the rows it was made for
  )
  return reactive({ options, ...place, ...page, ...turning, selection, prefs, views: reactive(views), key: selection.keyOf })
}

export type Go = (change: Partial<ListState>, how: 'push' | 'replace') => void

/** What is asked for, as the URL holds it. */
function usePlace<T extends object>(options: ListOptions<T>) {
  const route = useRoute()
  const router = useRouter()
  const home = route.path
  const filters = options.filters ?? []
  const defaultSort = options.sort ?? ''
  const state = computed(() => readState(route.query, filters, defaultSort, options.prefix))

  const bare = ref('')
  const go: Go = (change, how) => {
    const next = { ...state.value, ...change }
    next.view ||= bare.value
    void router[how]({ query: writeState(route.query, next, filters, defaultSort, options.prefix), hash: route.hash })
  }
  return {
    filters,
    state,
    /** The query as sent; give it to an export so that it holds the same rows. */
    query: computed(() => apiQuery(state.value, filters, options.limit ?? 50, options.allOrgs ? undefined : currentOrg.value?.id)),
    filtered: computed(() => state.value.q !== '' || Object.keys(state.value.filters).length > 0),
    go,
    /** What stands in a view's place in the address when there is none. */
    bare,
    isHere: () => route.path === home,
    search: (q: string) => go({ q, cursor: '' }, 'replace'),
    setFilter(key: string, value: string) {
      const next = { ...state.value.filters }
      if (value) next[key] = value
      else Reflect.deleteProperty(next, key)
      go({ filters: next, cursor: '' }, 'push')
    },
    clearFilters: () => go({ q: '', filters: {}, cursor: '', view: '' }, 'push'),
    sortBy: (key: string) => go({ sort: nextSort(state.value.sort, key, defaultSort), cursor: '' }, 'push'),
  }
}

/** The rows of the page asked for; an answer that comes after the next question is dropped. */
function useRows<T extends object>(fetch: ListOptions<T>['fetch'], query: { value: ListQuery }, isDue: () => boolean) {
  const rows = shallowRef<T[]>([])
  const loading = ref(true)
  const loaded = ref(false)
  const problem = shallowRef<Problem | null>(null)
  const nextCursor = ref('')

  let running: AbortController | null = null
  async function reload(): Promise<void> {
    running?.abort()
    const own = (running = new AbortController())
    loading.value = true
    try {
      const page = await fetch(query.value, own.signal)
      if (own.signal.aborted) return
      rows.value = page.items
      nextCursor.value = page.next_cursor ?? ''
      problem.value = null
      loaded.value = true
    } catch (error) {
      if (own.signal.aborted) return
      problem.value = asProblem(error)
    } finally {
      if (running === own) loading.value = false
    }
  }
  watch(
    () => isDue() && JSON.stringify(query.value),
    (due) => {
      if (due) void reload()
    },
    { immediate: true },
  )
  onScopeDispose(() => running?.abort())
  return {
    rows,
    loading,
    /** False until the first page came. */
    loaded,
    problem,
    nextCursor,
    reload,
  }
}

/** The way forth and back: the server gives cursors forward only. */
function useTrail(state: { value: ListState }, nextCursor: { value: string }, go: Go) {
  const trail = ref<string[]>([])
  watch(
    () => state.value.cursor,
    (cursor) => {
      const at = trail.value.indexOf(cursor)
      if (at >= 0) trail.value = trail.value.slice(0, at)
    },
  )
  return {
    trail,
    hasNext: computed(() => nextCursor.value !== ''),
    hasPrevious: computed(() => state.value.cursor !== ''),
    next() {
      trail.value = [...trail.value, state.value.cursor]
      go({ cursor: nextCursor.value }, 'push')
    },
    previous: () => go({ cursor: trail.value[trail.value.length - 1] ?? '' }, 'push'),
  }
}

function useSelection<T>(rows: { value: T[] }, keyOf: (row: T) => string) {
  const picked = shallowRef(new Map<string, T>())
  const everything = ref(false)
  const put = (change: (map: Map<string, T>) => void) => {
    const next = new Map(picked.value)
    change(next)
    picked.value = next
    everything.value = false
  }
  return reactive({
    keyOf,
    ids: computed(() => [...picked.value.keys()]),
    rows: computed(() => [...picked.value.values()]),
    allOnPage: computed(() => rows.value.length > 0 && rows.value.every((r) => picked.value.has(keyOf(r)))),
    has: (row: T) => picked.value.has(keyOf(row)),
    toggle: (row: T) => put((map) => (map.delete(keyOf(row)) ? undefined : map.set(keyOf(row), row))),
    setPage: (on: boolean) =>
      put((map) => rows.value.forEach((row) => (on ? map.set(keyOf(row), row) : map.delete(keyOf(row))))),
    /** Not only those ticked, but all that the list's filters choose. */
    everything,
    takeEverything: () => (everything.value = true),
    clear: () => put((map) => map.clear()),
  })
}
