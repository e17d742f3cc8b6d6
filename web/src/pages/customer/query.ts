// How the list's filters are asked of the server. Pure.
import type { components } from '@/api/schema'
import type { ListQuery } from '@/kit'

/** Begins the names of the filters by class, one for every scheme. */
export const CLASS = 'class.'

const ofClass = (name: string) => name.startsWith(CLASS)

/** The filters of several schemes are one parameter of the server; phones are wanted, too. */
export function listQuery(query: ListQuery): ListQuery {
  const classes = Object.keys(query).filter(ofClass)
  const rest = Object.fromEntries(Object.entries(query).filter(([k]) => !ofClass(k)))
  return { ...rest, phone: 'true', ...(classes.length && { class: classes.map((k) => `${k.slice(CLASS.length)}:${query[k]}`).join(',') }) }
}

/** The same filters as an export takes them: without page and order. */
export function exportFilter(query: ListQuery): components['schemas']['CustomerFilter'] {
  const drop = new Set(['phone', 'limit', 'cursor', 'sort'])
  const { class: classes, tag, ...rest } = Object.fromEntries(Object.entries(listQuery(query)).filter(([k]) => !drop.has(k))) as ListQuery
  return { ...rest, ...(classes && { class: classes.split(',') }), ...(tag && { tag: tag.split(',') }) }
}
