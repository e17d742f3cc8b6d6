import { onScopeDispose, ref, shallowRef } from 'vue'
import { api, newIdempotencyKey, unwrap } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'
import type { Task, TaskState } from '@/api/types'
import { t } from '@/i18n'
import { toast } from '@/kit'

const put = (task: Task, state: TaskState): Promise<Task> =>
  unwrap(api.PUT('/api/v1/tasks/{id}/state', { params: { path: { id: task.id }, header: { 'If-Match': `"${task.version}"` } }, body: { state } }))

/** The signed-in person's tasks of one state, the most urgent or the last finished first. */
export function useTasks(state: TaskState, limit: number) {
  const tasks = shallowRef<Task[]>([])
  const loaded = ref(false)
  const more = ref('')
  const problem = shallowRef<Problem | null>(null)
  const now = ref(Date.now())
  const clock = setInterval(() => (now.value = Date.now()), 30_000)
  onScopeDispose(() => clearInterval(clock))

  async function fetchPage(cursor?: string): Promise<void> {
    try {
      const page = await unwrap(api.GET('/api/v1/tasks', { params: { query: { state, limit, cursor } } }))
      tasks.value = cursor ? [...tasks.value, ...page.items] : page.items
      more.value = page.next_cursor ?? ''
      problem.value = null
      loaded.value = true
    } catch (error) {
      problem.value = asProblem(error)
    }
  }
  const load = () => fetchPage()

  /** Moves a task out of this list at once, and takes that back when the server refuses or the person thinks better. */
  async function move(task: Task, to: TaskState): Promise<void> {
    const before = tasks.value
    tasks.value = before.filter((x) => x.id !== task.id)
    try {
      const moved = await put(task, to)
      toast.ok(t(`task.moved.${to}`, { text: task.text }), {
        undo: async () => {
          await put(moved, state)
          await load()
        },
      })
    } catch (error) {
      tasks.value = before
      toast.problem(error)
      if (asProblem(error).isStale) await load()
    }
  }

  /** Makes a task for oneself; `key` makes a repeated try harmless. */
  async function add(input: { title: string; due_at?: string; org_id?: string }, key = newIdempotencyKey()): Promise<Task> {
    const made = await unwrap(api.POST('/api/v1/tasks', { params: { header: { 'Idempotency-Key': key } }, body: input }))
    await load()
    return made
  }
  void load()
  return { tasks, loaded, more, problem, now, load, loadMore: () => fetchPage(more.value), move, add }
}
