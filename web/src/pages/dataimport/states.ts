// Where an import stands, as the wizard shows it. Pure.
import type { Job } from '@/api/types'
import type { Figure, Tone } from '@/kit'
import type { Counts, Import, ImportDetail, Kind, State } from './types'

export const tones: Record<State, Tone> = {
  uploaded: 'neutral', checking: 'info', checked: 'accent', running: 'info', done: 'ok',
  failed: 'bad', cancelled: 'warn', reverting: 'info', reverted: 'neutral', discarded: 'neutral',
}

const active: State[] = ['checking', 'running', 'reverting']
export const isActive = (state: State): boolean => active.includes(state)

export const steps = ['file', 'map', 'check', 'run'] as const
export type Step = (typeof steps)[number]

/** The steps an import can be looked at in, the one it stands at last. */
export function openSteps(state: State): Step[] {
  switch (state) {
    case 'uploaded':
      return ['map']
    case 'checking':
      return ['check']
    case 'checked':
      return ['map', 'check']
    default:
      return ['run']
  }
}

/** The step asked for by the address, if the import can be looked at there; else the one it stands at. */
export function stepOf(state: State, asked: unknown): Step {
  const open = openSteps(state)
  return open.find((s) => s === asked) ?? (open[open.length - 1] as Step)
}

/** The step under way as a job, for its progress bar. */
export function jobOf(i: Import, note: string): Job {
  const ended: Partial<Record<State, Job['state']>> = { failed: 'failed', cancelled: 'cancelled' }
  return {
    id: i.job_id ?? '', kind: '', note, created_at: i.created_at,
    state: isActive(i.state) ? 'running' : (ended[i.state] ?? 'done'),
    progress: i.rows_done,
    total: i.state === 'checking' ? 0 : i.rows_total,
  }
}

/** The numbers that matter for a kind of rows; those that say nothing are left out. */
export function figuresOf(c: Counts, kind: Kind, word: (key: string) => string): Figure[] {
  const one = (key: string, value: number, tone?: Figure['tone']): Figure => ({ label: word(key), value, tone })
  const made: Record<Kind, Figure[]> = {
    customers: [one('customers_created', c.customers_created, 'ok'), one('customers_updated', c.customers_updated, 'ok')],
    accounts: [one('accounts_created', c.accounts_created, 'ok'), one('accounts_updated', c.accounts_updated, 'ok')],
    contacts: [one('contacts_added', c.contacts_added, 'ok'), one('contacts_updated', c.customers_updated, 'ok')],
  }
  const besides = [
    ...(kind === 'customers' ? [one('accounts_created', c.accounts_created, 'ok'), one('accounts_updated', c.accounts_updated, 'ok')] : []),
    ...(kind !== 'contacts' ? [one('meters_created', c.meters_created, 'ok')] : []),
  ].filter((f) => f.value > 0)
  return [
    one('rows', c.rows),
    ...made[kind],
    ...besides,
    one('unchanged', c.unchanged),
    ...(c.skipped ? [one('skipped', c.skipped, 'warn')] : []),
    one('rejected', c.rejected, 'bad'),
  ]
}

/** Rows that change the archive. */
export const taken = (c: Counts): number => c.rows - c.unchanged - c.skipped - c.rejected

/** Whether there is anything to take back. */
export const revertible = (i: ImportDetail): boolean => (i.state === 'done' || i.state === 'failed' || i.state === 'cancelled') && taken(i.counts) > 0
