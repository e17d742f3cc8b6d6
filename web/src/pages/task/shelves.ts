import type { TaskCounts, TaskState } from '@/api/types'
import { may } from '@/session/session'

/** A part of the inbox, and which figure stands beside it. */
export interface Shelf {
  key: string
  of?: 'team'
  state?: TaskState
  due?: 'today' | 'late'
  count?: keyof TaskCounts
}

export const openShelf: Shelf = { key: 'open', count: 'mine' }

export const shelves = (): Shelf[] => [
  openShelf,
  { key: 'today', due: 'today', count: 'today' },
  { key: 'late', due: 'late', count: 'late' },
  ...(may('task.team') ? [{ key: 'team', of: 'team' as const, count: 'team' as const }] : []),
  { key: 'done', state: 'done' },
  { key: 'dropped', state: 'dropped' },
]

/** What tasks come from: the modules that make them, and people. */
export const modules = ['task', 'feedback', 'incident', 'promise', 'proposal', 'lookup', 'customer', 'knowledge', 'privacy', 'access', 'calendar'] as const
