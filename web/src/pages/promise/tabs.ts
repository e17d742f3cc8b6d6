import type { Counts } from './promises'

/** A view of the list: what it asks for, how it is sorted, and which figure stands beside it. */
export interface PromiseTab {
  key: string
  query: Record<string, boolean | string[]>
  sort: string
  count?: keyof Counts
  /** Only for who may. */
  permission?: string
}

export const allPromises: PromiseTab = { key: 'all', query: {}, sort: '-made_at' }

export const promiseTabs: PromiseTab[] = [
  { key: 'mine', query: { mine: true, state: ['awaiting', 'open'] }, sort: 'due_at', count: 'mine', permission: 'promise.keep' },
  { key: 'awaiting', query: { state: ['awaiting'] }, sort: 'made_at', count: 'awaiting' },
  { key: 'overdue', query: { overdue: true }, sort: 'due_at', count: 'overdue' },
  { key: 'today', query: { due_today: true }, sort: 'due_at', count: 'due_today' },
  { key: 'key', query: { key: true }, sort: '-made_at', permission: 'promise.figures' },
  allPromises,
]
