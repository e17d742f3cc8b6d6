import { ref, shallowRef, watch } from 'vue'
import { asProblem, type Problem } from '@/api/problem'

/** What a document is made of, fetched when it opens, when `when` changes and when it was taken to be printed whole. */
export function useSheet<T>(fetch: (release_id?: string) => Promise<T>, when?: () => unknown) {
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<Problem | null>(null)
  const release = ref<string>()
  async function load(): Promise<void> {
    problem.value = null
    try {
      data.value = await fetch(release.value)
    } catch (error) {
      problem.value = asProblem(error)
    }
  }
  void load()
  watch(release, load)
  if (when) watch(when, load)
  return { data, problem, load, release }
}
