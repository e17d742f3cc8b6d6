import type { Counts } from './types'

/** A view of the list: what it asks for, how it is sorted, and which figure stands beside it. */
export interface CaseTab {
  key: string
  query: Record<string, boolean | string[]>
  sort: string
  count?: keyof Counts
  /** Only for who may. */
  permission?: string
}

export const allCases: CaseTab = { key: 'all', query: {}, sort: '-received_at' }

export const caseTabs: CaseTab[] = [
  { key: 'mine', query: { mine: true, open: true }, sort: 'due_at', count: 'mine', permission: 'feedback.accept' },
  { key: 'unit', query: { my_unit: true, open: true }, sort: 'due_at', count: 'my_unit', permission: 'feedback.accept' },
  { key: 'registered', query: { state: ['registered'], open: true }, sort: 'due_at', count: 'registered' },
  { key: 'overdue', query: { overdue: true }, sort: 'due_at', count: 'overdue' },
  { key: 'today', query: { due_today: true }, sort: 'due_at', count: 'due_today' },
  { key: 'resolved', query: { state: ['resolved'], open: true }, sort: 'due_at', count: 'resolved' },
  { key: 'watched', query: { watched: true }, sort: '-updated_at' },
  allCases,
]

/** The server counts no further. */
export const MOST = 1000
