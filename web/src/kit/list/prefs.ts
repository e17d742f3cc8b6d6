import { computed, ref, watch, type ComputedRef, type Ref } from 'vue'
import type { Column } from './types'

export type Density = 'comfortable' | 'compact'

interface Stored {
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

export interface Prefs<T> {
  all: ComputedRef<{ column: Column<T>; shown: boolean }[]>
  visible: ComputedRef<Column<T>[]>
  density: Ref<Density>
  setDensity: (density: Density) => void
  toggle: (key: string) => void
  move: (key: string, by: 1 | -1) => void
  reset: () => void
}

/** What a person chose for one list, remembered on this machine. */
export function usePrefs<T>(id: string, columns: Column<T>[]): Prefs<T> {
  const store = `zhiyin.list.${id}`
  const stored = ref<Stored>(load(store))
  const density = ref(stored.value.density)
  const all = computed(() => arrange(columns, stored.value.columns))

  function save(next: { column: Column<T>; shown: boolean }[]): void {
    stored.value = { ...stored.value, columns: next.map((n) => (n.shown ? '' : '!') + n.column.key) }
  }
  watch(density, (value) => (stored.value = { ...stored.value, density: value }))
  watch(stored, (value) => localStorage.setItem(store, JSON.stringify(value)))

  return {
    all,
    visible: computed(() => all.value.filter((a) => a.shown).map((a) => a.column)),
    density,
    setDensity: (value) => (density.value = value),
    toggle: (key) => save(all.value.map((a) => (a.column.key === key ? { ...a, shown: !a.shown } : a))),
    move(key, by) {
      const next = [...all.value]
      const at = next.findIndex((a) => a.column.key === key)
      const [item] = next.splice(at, 1)
      if (item) next.splice(Math.max(0, at + by), 0, item)
      save(next)
    },
    reset: () => (stored.value = { ...stored.value, columns: [] }),
  }
}

function load(store: string): Stored {
  const empty: Stored = { columns: [], density: 'comfortable' }
  try {
    return { ...empty, ...(JSON.parse(localStorage.getItem(store) ?? '{}') as Partial<Stored>) }
  } catch {
    return empty
  }
}
