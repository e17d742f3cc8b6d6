import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import type { Column } from './types'

export type Density = 'comfortable' | 'compact'

export interface Layout {
  /** Keys in order; a leading "!" means not shown. */
  columns: string[]
  density: Density
}

/** Orders columns as remembered; columns the program has gained since stand at their own place. */
export function arrange<T>(columns: Column<T>[], stored: string[]): { column: Column<T>; shown: boolean }[] {
  const known = new Map(columns.map((c) => [c.key, c]))
  const kept = stored.flatMap((entry) => {
    const column = known.get(entry.replace(/^!/, ''))
    return column ? [{ column, shown: !entry.startsWith('!') }] : []
  })
  const seen = new Set(kept.map((k) => k.column.key))
  columns.forEach((column, i) => {
    if (!seen.has(column.key)) kept.splice(Math.min(i, kept.length), 0, { column, shown: !column.hidden })
  })
  return kept
}

/** An arrangement as it is kept. */
export const keysOf = <T>(all: { column: Column<T>; shown: boolean }[]): string[] => all.map((a) => (a.shown ? '' : '!') + a.column.key)

export interface Prefs<T> {
  all: ComputedRef<{ column: Column<T>; shown: boolean }[]>
  visible: ComputedRef<Column<T>[]>
  density: ComputedRef<Density>
  setDensity: (density: Density) => void
  toggle: (key: string) => void
  move: (key: string, by: 1 | -1) => void
  reset: () => void
}

/** What a person chose for one list, remembered on this machine; while a view is looked through, what that one holds. */
export function usePrefs<T>(id: string, columns: Column<T>[], held: Ref<Layout | null> = ref(null)): Prefs<T> {
  const store = `zhiyin.list.${id}`
  const own = ref<Layout>(load(store))
  const layout = computed({
    get: () => held.value ?? own.value,
    set: (value) => {
      if (held.value) held.value = value
      else own.value = value
    },
  })
  const all = computed(() => arrange(columns, layout.value.columns))
  const save = (next: { column: Column<T>; shown: boolean }[]) => (layout.value = { ...layout.value, columns: keysOf(next) })
  watch(own, (value) => localStorage.setItem(store, JSON.stringify(value)))

  return {
    all,
    visible: computed(() => all.value.filter((a) => a.shown).map((a) => a.column)),
    density: computed(() => layout.value.density),
    setDensity: (density) => (layout.value = { ...layout.value, density }),
    toggle: (key) => save(all.value.map((a) => (a.column.key === key ? { ...a, shown: !a.shown } : a))),
    move(key, by) {
      const next = [...all.value]
      const at = next.findIndex((a) => a.column.key === key)
      const [item] = next.splice(at, 1)
      if (item) next.splice(Math.max(0, at + by), 0, item)
      save(next)
    },
    reset: () => (layout.value = { ...layout.value, columns: [] }),
  }
}

function load(store: string): Layout {
  const empty: Layout = { columns: [], density: 'comfortable' }
  try {
    return { ...empty, ...(JSON.parse(localStorage.getItem(store) ?? '{}') as Partial<Layout>) }
  } catch {
    return empty
  }
}
