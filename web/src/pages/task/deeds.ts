// What is done with tasks of a list, with the way back.
import { api, newIdempotencyKey, unwrap } from '@/api/client'
import { asProblem } from '@/api/problem'
import type { Task, TaskMember, TaskState } from '@/api/types'
import { t } from '@/i18n'
import { toast } from '@/kit'
import { countTasks } from './counts'

const put = (task: Task, state: TaskState): Promise<Task> =>
  unwrap(api.PUT('/api/v1/tasks/{id}/state', { params: { path: { id: task.id }, header: { 'If-Match': `"${task.version}"` } }, body: { state } }))

const give = (task: Task, to: string): Promise<Task> =>
  unwrap(api.PUT('/api/v1/tasks/{id}/assignee', { params: { path: { id: task.id }, header: { 'If-Match': `"${task.version}"` } }, body: { assignee_id: to } }))

/** A list of tasks: its rows, and how it reads them anew. */
export interface TaskSource {
  rows: () => Task[]
  put: (rows: Task[]) => void
  load: () => Promise<void>
  /** Tasks of others stay in it under another name. */
  team: () => boolean
}

export interface TaskDeeds {
  /** Moves a task out of the list at once, and takes that back when the server refuses or the person thinks better. */
  move: (task: Task, to: TaskState) => Promise<void>
  /** Gives a task to another; it leaves the list, or stands there under another name. */
  assign: (task: Task, to: TaskMember) => Promise<void>
  /** Makes a task for oneself; `key` makes a repeated try harmless. */
  add: (input: { title: string; due_at?: string; org_id?: string }, key?: string) => Promise<Task>
}

export function taskDeeds(list: TaskSource): TaskDeeds {
  async function leave(task: Task, deed: () => Promise<{ text: string; undo: () => Promise<unknown> }>): Promise<void> {
    const before = list.rows()
    list.put(before.filter((x) => x.id !== task.id))
    try {
      const { text, undo } = await deed()
      void countTasks()
      toast.ok(text, {
        undo: async () => {
          await undo()
          await Promise.all([list.load(), countTasks()])
        },
      })
    } catch (error) {
      list.put(before)
      toast.problem(error)
      if (asProblem(error).isStale) await list.load()
    }
  }
  return {
    move: (task, to) =>
      leave(task, async () => {
        const moved = await put(task, to)
        return { text: t(`task.moved.${to}`, { text: task.text }), undo: () => put(moved, task.state) }
      }),
    async assign(task, to) {
      await leave(task, async () => {
        const given = await give(task, to.id)
        return { text: t('task.assigned', { text: task.text, name: to.name }), undo: () => give(given, task.assignee_id) }
      })
      if (list.team()) await list.load()
    },
    async add(input, key = newIdempotencyKey()) {
      const made = await unwrap(api.POST('/api/v1/tasks', { params: { header: { 'Idempotency-Key': key } }, body: input }))
      await Promise.all([list.load(), countTasks()])
      return made
    },
  }
}
