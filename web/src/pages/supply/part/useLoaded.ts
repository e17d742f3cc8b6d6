import { shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { asProblem, type Problem } from '@/api/problem'
import { undone } from '../state'

export interface Loaded<T> {
  data: ShallowRef<T | null>
  problem: ShallowRef<Problem | null>
  load: () => Promise<void>
}

/** What a page or card shows of the server: read at once, anew for another id, and after an undo. */
export function useLoaded<T>(id: Ref<string>, read: (id: string) => Promise<T>): Loaded<T> {
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  let turn = 0
  async function load(): Promise<void> {
    const own = ++turn
    problem.value = null
    try {
      const now = await read(id.value)
      if (own === turn) data.value = now
    } catch (error) {
      if (own === turn) problem.value = asProblem(error)
    }
  }
  watch(
    id,
    () => {
      data.value = null
      void load()
    },
    { immediate: true },
  )
  watch(undone, load)
  return { data, problem, load }
}
