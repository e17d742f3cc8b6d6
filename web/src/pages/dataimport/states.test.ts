import { describe, expect, it } from 'vitest'
import { figuresOf, jobOf, openSteps, revertible, stepOf, taken } from './states'
import type { Counts, Import, ImportDetail, State } from './types'

const none: Counts = {
  rows: 0, customers_created: 0, customers_updated: 0, accounts_created: 0, accounts_updated: 0, meters_created: 0,
  contacts_added: 0, unchanged: 0, skipped: 0, rejected: 0, kept: 0,
}
const at = (state: State, more: Partial<Import> = {}) =>
  ({ id: 'i', org_id: 'o', kind: 'customers', mode: 'both', state, rows_total: 100, rows_done: 40, counts: none, created_at: '', ...more }) as ImportDetail

describe('the step of an import', () => {
  it.each<[State, unknown, string]>([
    ['uploaded', undefined, 'map'], ['uploaded', 'check', 'map'], ['checking', 'map', 'check'], ['checked', undefined, 'check'],
    ['checked', 'map', 'map'], ['checked', 'run', 'check'], ['running', 'map', 'run'], ['done', undefined, 'run'], ['reverted', 'check', 'run'],
  ])('%s asked for %s is %s', (state, asked, step) => expect(stepOf(state, asked)).toBe(step))

  it('goes back only before anything is written', () => {
    expect(openSteps('checked')).toEqual(['map', 'check'])
    expect(openSteps('failed')).toEqual(['run'])
  })
})

describe('jobOf', () => {
  it('is the import under way; of a dry run the number of rows is not known yet', () => {
    expect(jobOf(at('running'), 'x')).toMatchObject({ state: 'running', progress: 40, total: 100, note: 'x' })
    expect(jobOf(at('checking'), '')).toMatchObject({ state: 'running', total: 0 })
  })
  it('ends with it', () => {
    expect((['done', 'failed', 'cancelled', 'reverted', 'uploaded'] as State[]).map((s) => jobOf(at(s), '').state)).toEqual(['done', 'failed', 'cancelled', 'done', 'done'])
  })
})

describe('figuresOf', () => {
  const keys = (c: Partial<Counts>, kind: Import['kind']) => figuresOf({ ...none, ...c }, kind, (key) => key).map((f) => `${f.label} ${f.value}`)

  it('shows what a kind makes, and besides what there is', () => {
    expect(keys({ rows: 3, customers_created: 2, accounts_created: 2, rejected: 1 }, 'customers')).toEqual([
      'rows 3', 'customers_created 2', 'customers_updated 0', 'accounts_created 2', 'unchanged 0', 'rejected 1',
    ])
    expect(keys({ rows: 2, accounts_updated: 1, meters_created: 1, skipped: 1 }, 'accounts')).toEqual([
      'rows 2', 'accounts_created 0', 'accounts_updated 1', 'meters_created 1', 'unchanged 0', 'skipped 1', 'rejected 0',
    ])
    expect(keys({ rows: 1, contacts_added: 1 }, 'contacts')).toEqual(['rows 1', 'contacts_added 1', 'contacts_updated 0', 'unchanged 0', 'rejected 0'])
  })
})

it('counts the rows taken, and reverts only what wrote something', () => {
  const counts = { ...none, rows: 10, unchanged: 2, skipped: 1, rejected: 3 }
  expect(taken(counts)).toBe(4)
  expect(revertible(at('done', { counts }))).toBe(true)
  expect(revertible(at('done'))).toBe(false)
  expect(revertible(at('reverted', { counts }))).toBe(false)
  expect(revertible(at('running', { counts }))).toBe(false)
})
