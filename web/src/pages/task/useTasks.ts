import { ref, shallowRef } from 'vue'
import { api, unwrap } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'
import type { Task } from '@/api/types'
import { taskDeeds } from './deeds'

/** The signed-in person's open tasks, the most urgent first. */
export function useTasks(limit: number) {
  const tasks = shallowRef<Task[]>([])
  const loaded = ref(false)
  const more = ref('')
  const problem = shallowRef<Problem | null>(null)

  async function fetchPage(cursor?: string): Promise<void> {
    try {
      const page = await unwrap(api.GET('/api/v1/tasks', { params: { query: { of: 'mine', state: 'open', limit, cursor } } }))
      tasks.value = cursor ? [...tasks.value, ...page.items] : page.items
      more.value = page.next_cursor ?? ''
      problem.value = null
      loaded.value = true
    } catch (error) {
      problem.value = asProblem(error)
    }
  }
  const load = () => fetchPage()
  const deeds = taskDeeds({ rows: () => tasks.value, put: (rows) => (tasks.value = rows), load, team: () => false })
  void load()
  return { tasks, loaded, more, problem, load, loadMore: () => fetchPage(more.value), deeds }
}
