import type { Filter, ListQuery } from './types'

export interface ListState {
  q: string
  sort: string
  cursor: string
  filters: Record<string, string>
  /** The view it is seen by: its id, or ALL for none where somebody has a default. */
  view: string
}

/** In place of a view's id: no view, not even the default one. */
export const ALL = 'all'

const VIEW = 'view_id'

type RouteQuery = Record<string, string | null | (string | null)[] | undefined>

const one = (value: RouteQuery[string]): string => (Array.isArray(value) ? value[0] : value) ?? ''

/** Reads a list's state from the route's query. */
export function readState(query: RouteQuery, filters: Filter[], defaultSort: string, prefix = ''): ListState {
  const found: Record<string, string> = {}
  for (const f of filters) {
    const value = one(query[prefix + f.key])
    if (value) found[f.key] = value
  }
  return {
    q: one(query[`${prefix}q`]),
    sort: one(query[`${prefix}sort`]) || defaultSort,
    cursor: one(query[`${prefix}cursor`]),
    filters: found,
    view: one(query[prefix + VIEW]),
  }
}

/** Writes a list's state into a copy of the route's query, leaving out what is default. */
export function writeState(
  query: RouteQuery,
  state: ListState,
  filters: Filter[],
  defaultSort: string,
  prefix = '',
): Record<string, string> {
  const out: Record<string, string> = {}
  const own = new Set(['q', 'sort', 'cursor', VIEW, ...filters.map((f) => f.key)].map((k) => prefix + k))
  for (const [key, value] of Object.entries(query)) if (!own.has(key) && value != null) out[key] = one(value)
  const put = (key: string, value: string | undefined) => {
    if (value) out[prefix + key] = value
  }
  put(VIEW, state.view)
  put('q', state.q)
  put('sort', state.sort === defaultSort ? '' : state.sort)
  put('cursor', state.cursor)
  for (const f of filters) put(f.key, state.filters[f.key])
  return out
}

/** The query the API is asked with. */
export function apiQuery(state: ListState, filters: Filter[], limit: number, orgId?: string): ListQuery {
  const out: ListQuery = { limit: String(limit) }
  if (orgId) out.org_id = orgId
  if (state.q) out.q = state.q
  if (state.sort) out.sort = state.sort
  if (state.cursor) out.cursor = state.cursor
  for (const f of filters) {
    const value = state.filters[f.key]
    if (value) Object.assign(out, filterQuery(f, value))
  }
  return out
}

function filterQuery(filter: Filter, value: string): Record<string, string> {
  if (filter.query) return filter.query(value)
  if (filter.type === 'yesno') return { [filter.key]: value === 'yes' ? 'true' : 'false' }
  if (filter.type !== 'days') return { [filter.key]: value }
  const [from = '', to = ''] = value.split('..')
  return {
    ...(from && { [`${filter.key}_from`]: from }),
    ...(to && { [`${filter.key}_to`]: to }),
  }
}

/** The sort after a click on a column: ascending, descending, then back to the default. */
export function nextSort(current: string, key: string, defaultSort: string): string {
  if (current === key) return `-${key}`
  if (current === `-${key}`) return defaultSort === `-${key}` ? key : defaultSort
  return key
}
