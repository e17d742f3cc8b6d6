import { onScopeDispose, ref, shallowRef } from 'vue'
import { api, newIdempotencyKey, unwrap } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'
import type { Task, TaskState } from '@/api/types'
import { t } from '@/i18n'
import { toast } from '@/kit'
import { countTasks } from './counts'

const put = (task: Task, state: TaskState): Promise<Task> =>
  unwrap(api.PUT('/api/v1/tasks/{id}/state', { params: { path: { id: task.id }, header: { 'If-Match': `"${task.version}"` } }, body: { state } }))

const give = (task: Task, to: string): Promise<Task> =>
  unwrap(api.PUT('/api/v1/tasks/{id}/assignee', { params: { path: { id: task.id }, header: { 'If-Match': `"${task.version}"` } }, body: { assignee_id: to } }))

/** Which tasks: of whom, of which state, and when they are due. */
export interface Asked {
  of: 'mine' | 'team'
  state: TaskState
  due?: 'today' | 'late'
  assignee_id?: string
}

/** The tasks that are asked for, the most urgent or the last finished first. */
export function useTasks(asked: () => Asked, limit: number) {
  const tasks = shallowRef<Task[]>([])
  const loaded = ref(false)
  const more = ref('')
  const problem = shallowRef<Problem | null>(null)
  const now = ref(Date.now())
  const clock = setInterval(() => (now.value = Date.now()), 30_000)
  onScopeDispose(() => clearInterval(clock))

  async function fetchPage(cursor?: string): Promise<void> {
    try {
      const page = await unwrap(api.GET('/api/v1/tasks', { params: { query: { ...asked(), limit, cursor } } }))
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
    const from = task.state
    await leave(task, async () => {
      const moved = await put(task, to)
      return { text: t(`task.moved.${to}`, { text: task.text }), undo: () => put(moved, from) }
    })
  }

  /** Gives a task to another; it leaves the list, or stands there under another name. */
  async function assign(task: Task, to: { id: string; name: string }): Promise<void> {
    await leave(task, async () => {
      const given = await give(task, to.id)
      return { text: t('task.assigned', { text: task.text, name: to.name }), undo: () => give(given, task.assignee_id) }
    })
    if (asked().of === 'team') await load()
  }

  async function leave(task: Task, deed: () => Promise<{ text: string; undo: () => Promise<unknown> }>): Promise<void> {
    const before = tasks.value
    tasks.value = before.filter((x) => x.id !== task.id)
    try {
      const { text, undo } = await deed()
      void countTasks()
      toast.ok(text, {
        undo: async () => {
          await undo()
          await Promise.all([load(), countTasks()])
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
    await Promise.all([load(), countTasks()])
    return made
  }
  void load()
  return { tasks, loaded, more, problem, now, load, loadMore: () => fetchPage(more.value), move, assign, add }
}
