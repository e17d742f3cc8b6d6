import type { Counts } from './incidents'

/** A view of the list: what it asks for, how it is sorted, and which figure stands beside it. */
export interface IncidentTab {
  key: string
  query: Record<string, boolean | string[]>
  sort: string
  count?: keyof Counts
}

export const allIncidents: IncidentTab = { key: 'all', query: {}, sort: '-known_at' }

export const incidentTabs: IncidentTab[] = [
  { key: 'mine', query: { mine: true, state: ['opened', 'reported', 'concluded', 'submitted'] }, sort: 'grade', count: 'mine' },
  { key: 'opened', query: { state: ['opened'] }, sort: 'grade', count: 'opened' },
  { key: 'overdue', query: { overdue: true }, sort: 'grade', count: 'overdue' },
  { key: 'submitted', query: { state: ['submitted'] }, sort: 'known_at', count: 'submitted' },
  allIncidents,
]
