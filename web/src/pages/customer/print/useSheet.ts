import { shallowRef, watch } from 'vue'
import { asProblem, type Problem } from '@/api/problem'

/** What a document is made of, fetched when it opens and when `when` changes. */
export function useSheet<T>(fetch: () => Promise<T>, when?: () => unknown) {
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  async function load(): Promise<void> {
    problem.value = null
    try {
      data.value = await fetch()
    } catch (error) {
      problem.value = asProblem(error)
    }
  }
  void load()
  if (when) watch(when, load)
  return { data, problem, load }
}
