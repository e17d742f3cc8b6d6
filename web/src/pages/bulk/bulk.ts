// What the pages ask the server about bulk changes, and how they show them.
import type { RouteLocationRaw } from 'vue-router'
import { api, etagOf, unwrap } from '@/api/client'
import type { Job } from '@/api/types'
import { t } from '@/i18n'
import type { Figure, JobSource, Tone } from '@/kit'
import { companies, currentOrg } from '@/session/session'
import type { BulkChange, BulkKind, BulkState, Preview, RowState, Seen } from './types'

export const tones: Record<BulkState, Tone> = { running: 'info', stopped: 'warn', done: 'ok', undoing: 'info', undone: 'neutral' }
export const rowTones: Record<RowState, Tone> = { waiting: 'neutral', changed: 'ok', same: 'neutral', refused: 'bad', restored: 'info', kept: 'warn', left: 'neutral' }
export const isActive = (state: BulkState): boolean => state === 'running' || state === 'undoing'

const path = (id: string) => ({ path: { id } })
const stamped = (c: Pick<BulkChange, 'id' | 'version'>) => ({ params: { ...path(c.id), header: { 'If-Match': etagOf(c) } } })

export const fetchBulk = (id: string): Promise<BulkChange> => unwrap(api.GET('/api/v1/bulk-changes/{id}', { params: path(id) }))
export const stopBulk = (c: BulkChange): Promise<BulkChange> => unwrap(api.POST('/api/v1/bulk-changes/{id}/stop', stamped(c)))
export const resumeBulk = (c: BulkChange): Promise<BulkChange> => unwrap(api.POST('/api/v1/bulk-changes/{id}/resume', stamped(c)))
export const undoBulk = (c: BulkChange): Promise<BulkChange> => unwrap(api.POST('/api/v1/bulk-changes/{id}/undo', stamped(c)))

/** A bulk change as a job, for its progress bar. */
export function jobOf(c: BulkChange): Job {
  const ended: Job['state'] = c.error ? 'failed' : c.state === 'stopped' ? 'cancelled' : 'done'
  return { id: c.id, kind: '', note: t(`bulk.job.${c.state}`), created_at: c.created_at, error_text: c.error_text, state: isActive(c.state) ? 'running' : ended, progress: c.progress, total: c.of }
}

/** Its progress, asked of the change itself: whoever may see it sees how far it has come. */
export function sourceOf(of: BulkChange): JobSource {
  let seen = of
  return {
    get: async () => jobOf((seen = await fetchBulk(of.id))),
    cancel: () => stopBulk(seen),
  }
}

/** The figures of a change or of its preview; what says nothing is left out. */
export function figuresOf(c: Omit<Preview, 'words' | 'reasons' | 'first'>, foretold = false): Figure[] {
  const one = (key: string, value: number, tone?: Figure['tone']): Figure => ({ label: t(`bulk.figure.${key}`), value, tone })
  return [
    one('total', c.total),
    one(foretold ? 'to_change' : 'changed', c.changed, 'ok'),
    one('same', c.same),
    one('refused', c.refused, 'bad'),
    ...(c.restored + c.kept ? [one('restored', c.restored), one('kept', c.kept, 'warn')] : []),
  ]
}

/** The page of a record that is changed; tasks have none of their own. */
export const recordOf = (kind: BulkKind, id: string): RouteLocationRaw => (kind === 'task' ? { name: 'tasks' } : { name: kind, params: { id } })

/** What is chosen: the ticked rows as they were seen, or all that the filter chooses. */
export interface Chosen<F> {
  org_id?: string
  rows?: Seen[]
  filter?: F
}

interface Versioned extends Seen {
  org_id: string
}

/** The rows that are ticked, or the filter that stands for all of them. Of one company: the server refuses others. */
export function chosen<F>(rows: readonly Versioned[], everything: boolean, filter: F): Chosen<F> {
  if (everything) return { org_id: currentOrg.value?.id, filter }
  return { org_id: rows[0]?.org_id, rows: rows.map(({ id, version }) => ({ id, version })) }
}

/** All that a filter chooses are changed in one company. */
export const inOneCompany = (): boolean => Boolean(currentOrg.value) || companies.value.length === 1

/** Whether rows are of one company, as those of a bulk change must be. */
export const ofOneCompany = (rows: readonly { org_id: string }[]): boolean => rows.every((r) => r.org_id === rows[0]?.org_id)
