import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type UnwrapNestedRefs } from 'vue'
import { api, newIdempotencyKey, unwrap, unwrapWithTag } from '@/api/client'
import type { View, ViewLook } from '@/api/types'
import { t } from '@/i18n'
import { may, me } from '@/session/session'
import { toast } from '../feedback/toast'
import { arrange, keysOf, type Layout, type Prefs } from './prefs'
import { ALL, type ListState } from './query'
import type { ListOptions } from './types'
import type { Go } from './useList'

/** The views of a list as components hold them: a list is a reactive object. */
export type OpenViews = UnwrapNestedRefs<Omit<ReturnType<typeof useViews>, 'settled'>>

interface Around<T> {
  state: ComputedRef<ListState>
  go: Go
  isHere: () => boolean
  bare: Ref<string>
  prefs: Prefs<T>
  held: Ref<Layout | null>
}

/** Views of the lists that were open, by person and list: a list that is opened again need not wait for them. */
const kept = new Map<string, View[]>()

/** What a person saves a view with. */
export interface ViewName {
  name: string
  org_id: string
}

/** The views of a list: which there are, by which it is seen, and whether that was changed since. */
export function useViews<T extends object>(options: ListOptions<T>, around: Around<T>) {
  const { state, go, isHere, bare, held } = around
  const shown = Boolean(options.views) && may('view.list')
  const { all, loaded, put, drop } = useKept(options.id, shown)
  const standard = computed(() => all.value.find((v) => v.default))
  const current = computed(() => all.value.find((v) => v.id === state.value.view))
  watch(standard, (v) => (bare.value = v ? ALL : ''), { immediate: true, flush: 'sync' })

  const look = useLook(options, around)
  function choose(view: View | undefined, how: 'push' | 'replace' = 'push'): void {
    if (!view) return go({ q: '', filters: {}, sort: options.sort ?? '', cursor: '', view: '' }, how)
    held.value = look.layoutOf(view)
    go({ ...look.stateOf(view), cursor: '', view: view.id }, how)
    look.tellDropped(view)
  }
  const plain = computed(() => !state.value.q && !state.value.cursor && !Object.keys(state.value.filters).length && state.value.sort === (options.sort ?? ''))
  const applied = ref(!shown)

  // A view is applied when somebody comes to the list by it; afterwards he may take its filters off.
  const arrival = computed(() => isHere() && loaded.value && (state.value.view || (plain.value ? 'plain' : 'narrowed')))
  function arrive(): void {
    const { view } = state.value
    const wanted = view ? current.value : plain.value ? standard.value : undefined
    if (wanted && (!view || (plain.value && !look.isPlain(wanted)))) return choose(wanted, 'replace')
    held.value = wanted ? look.layoutOf(wanted) : null
    applied.value = true
    if (view && view !== ALL && !wanted) toast.info(t('view.lost'))
  }
  watch(arrival, (at) => shown && at && arrive(), { immediate: true })

  return {
    shown,
    all,
    current,
    changed: computed(() => (current.value ? look.differs(current.value) : false)),
    settled: computed(() => applied.value || !plain.value),
    choose,
    ...useDeeds({ id: options.id, current, now: look.now, put, drop, choose, go }),
  }
}

/** The views as the server has them, the last known at once. */
function useKept(list: string, shown: boolean) {
  const key = `${me.value?.id} ${list}`
  const all = shallowRef<View[]>(kept.get(key) ?? [])
  const loaded = ref(kept.has(key))
  const set = (views: View[]) => {
    kept.set(key, views)
    all.value = views
    loaded.value = true
  }
  async function load(): Promise<void> {
    try {
      set((await unwrap(api.GET('/api/v1/views', { params: { query: { list } } }))).items)
    } catch (error) {
      loaded.value = true
      toast.problem(error)
    }
  }
  if (shown) void load()
  const rest = (id: string) => all.value.filter((v) => v.id !== id)
  return {
    all,
    loaded,
    put(view: View) {
      const others = rest(view.id).map((v) => (view.default ? { ...v, default: false } : v))
      set([...others, view].sort((a, b) => a.name.localeCompare(b.name, 'zh')))
    },
    drop: (id: string) => set(rest(id)),
  }
}

/** What the list looks like now, and how that compares with a view. */
function useLook<T extends object>(options: ListOptions<T>, { state, prefs }: Around<T>) {
  const known = new Set((options.filters ?? []).map((f) => f.key))
  const order = (sort: string | undefined) => sort || (options.sort ?? '')
  const filtersOf = (view: View) => Object.fromEntries(Object.entries(view.filters).filter(([key]) => known.has(key)))
  const stateOf = (view: View) => ({ q: view.q ?? '', filters: filtersOf(view), sort: order(view.sort) })
  const layoutOf = (view: View): Layout => ({ columns: view.columns, density: view.density ?? 'comfortable' })
  const text = (s: Pick<ListState, 'q' | 'filters' | 'sort'>, columns: string[], density: string) =>
    JSON.stringify([s.q, Object.entries(s.filters).sort(), s.sort, columns, density])
  return {
    stateOf,
    layoutOf,
    isPlain: (view: View) => !view.q && !Object.keys(filtersOf(view)).length && order(view.sort) === order(''),
    differs: (view: View) =>
      text(state.value, keysOf(prefs.all.value), prefs.density.value) !==
      text(stateOf(view), keysOf(arrange(options.columns, view.columns)), layoutOf(view).density),
    now: (): Omit<ViewLook, 'name'> => ({
      ...(state.value.q && { q: state.value.q }),
      filters: { ...state.value.filters },
      ...(state.value.sort !== order('') && { sort: state.value.sort }),
      columns: keysOf(prefs.all.value),
      density: prefs.density.value,
    }),
    tellDropped(view: View) {
      const names = [...view.dropped, ...Object.keys(view.filters).filter((key) => !known.has(key))]
      if (names.length) toast.info(t('view.dropped', { name: view.name, names: names.join(t('kit.list.comma')) }))
    },
  }
}

interface Doing {
  id: string
  current: ComputedRef<View | undefined>
  now: () => Omit<ViewLook, 'name'>
  put: (view: View) => void
  drop: (id: string) => void
  choose: (view: View | undefined) => void
  go: Go
}

/** What is done with views. */
function useDeeds({ id, current, now, put, drop, choose, go }: Doing) {
  const tag = (view: View) => ({ path: { id: view.id }, header: { 'If-Match': `"${view.version}"` } })
  const write = async (view: View, look: ViewLook, org: string | undefined) => {
    const { data } = await unwrapWithTag(api.PUT('/api/v1/views/{id}', { params: tag(view), body: { ...look, ...(org && { org_id: org }) } }))
    put(data)
    return data
  }
  const held = ({ name, q, filters, sort, columns, density }: View): ViewLook => ({ name, q, filters, sort, columns, density })
  async function pick(view: View, choice: { pinned: boolean; default: boolean }): Promise<void> {
    put(await unwrap(api.PUT('/api/v1/views/{id}/choice', { params: { path: { id: view.id } }, body: choice })))
  }
  return {
    /** Keeps the list as it is now under a name. */
    async add({ name, org_id }: ViewName, key = newIdempotencyKey()): Promise<View> {
      const body = { list: id, name, ...(org_id && { org_id }), ...now() }
      const view = await unwrap(api.POST('/api/v1/views', { params: { header: { 'Idempotency-Key': key } }, body }))
      put(view)
      go({ view: view.id, cursor: '' }, 'push')
      return view
    },
    /** Renames a view or shares it, and leaves what it holds. */
    edit: (view: View, { name, org_id }: ViewName) => write(view, { ...held(view), name }, org_id),
    /** Writes what was changed into the view. */
    async keep(): Promise<void> {
      const before = current.value
      if (!before) return
      const after = await write(before, { name: before.name, ...now() }, before.org_id)
      toast.ok(t('view.kept', { name: before.name }), { undo: () => write(after, held(before), before.org_id) })
    },
    async remove(view: View): Promise<void> {
      await unwrap(api.DELETE('/api/v1/views/{id}', { params: tag(view) }))
      drop(view.id)
      choose(undefined)
      toast.ok(t('view.removed', { name: view.name }), {
        undo: async () => {
          const back = await unwrap(api.POST('/api/v1/views/{id}/restore', { params: { path: { id: view.id } } }))
          put(back)
          choose(back)
        },
      })
    },
    pin: (view: View, pinned: boolean) => pick(view, { pinned, default: view.default }),
    async makeDefault(view: View, on: boolean): Promise<void> {
      await pick(view, { pinned: view.pinned, default: on })
      toast.ok(t(on ? 'view.default_set' : 'view.default_off', { name: view.name }))
    },
  }
}
