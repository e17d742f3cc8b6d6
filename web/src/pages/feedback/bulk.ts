// What bulk changes of cases are, and how the list's filters choose them. Pure.
import type { components } from '@/api/schema'
import type { ListQuery } from '@/kit'
import type { CaseTab } from './tabs'

export type BulkBody = components['schemas']['BulkInputOfFeedbackBulkFilterAndFeedbackBulkChange']
export type BulkFilter = NonNullable<BulkBody['filter']>

/** What can become of many cases, each by the permission of the single step. */
export const bulkActions = [
  { action: 'dispatch', permission: 'feedback.dispatch' },
  { action: 'transfer', permission: 'feedback.transfer' },
  { action: 'assign', permission: 'feedback.assign' },
  { action: 'category', permission: 'feedback.update' },
] as const

const page = new Set(['limit', 'cursor', 'org_id'])
const lists = new Set(['state', 'type'])

/** The filters of the view and those of the person as a body takes them: without page, numbers as numbers. */
export function bulkFilter(query: ListQuery, tab: CaseTab): BulkFilter {
  const own = Object.entries(query).filter(([k]) => !page.has(k))
  const typed = own.map(([k, v]) => [k, lists.has(k) ? v.split(',') : k === 'severity' ? Number(v) : k === 'counted' ? v === 'true' : v])
  return { ...Object.fromEntries(typed), ...tab.query } as BulkFilter
}
