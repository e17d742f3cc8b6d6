import { onScopeDispose, ref, shallowRef } from 'vue'
import { asProblem, type Problem } from '@/api/problem'
import type { Page } from '@/api/types'

/** A list that grows at its end: the first page at once, the next ones when asked for. */
export function useMore<T>(fetch: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>) {
  const items = shallowRef<T[]>([])
  const next = ref('')
  const loading = ref(false)
  const loaded = ref(false)
  const problem = shallowRef<Problem | null>(null)
  let running: AbortController | null = null

  async function ask(from: string): Promise<void> {
    running?.abort()
    const own = (running = new AbortController())
    loading.value = true
    try {
      const page = await fetch(from || undefined, own.signal)
      if (own.signal.aborted) return
      items.value = from ? [...items.value, ...page.items] : page.items
      next.value = page.next_cursor ?? ''
      problem.value = null
      loaded.value = true
    } catch (error) {
      if (!own.signal.aborted) problem.value = asProblem(error)
    } finally {
      if (running === own) loading.value = false
    }
  }
  onScopeDispose(() => running?.abort())
  const reload = () => ask('')
  void reload()
  return { items, next, loading, loaded, problem, reload, more: () => ask(next.value) }
}
