import { shallowRef } from 'vue'
import { asProblem, type Problem } from '@/api/problem'

/** Something read when a page opens, with what went wrong. */
export function useLoaded<T>(fetch: () => Promise<T>) {
  const data = shallowRef<T>()
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
  return { data, problem, load }
}
