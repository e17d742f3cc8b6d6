import { describe, expect, it } from 'vitest'
import { apiQuery, nextSort, readState, writeState } from './query'
import type { Filter } from './types'

const filters: Filter[] = [
  { key: 'state', label: 'x', type: 'choices' },
  { key: 'created', label: 'x', type: 'days' },
  { key: 'vip', label: 'x', type: 'yesno' },
]

describe('list state in the URL', () => {
  it('reads filters, sort and cursor and falls back to the default sort', () => {
    const state = readState({ state: 'a,b', cursor: 'xyz', other: '1', q: ['张', '李'] }, filters, '-created_at')
    expect(state).toEqual({ q: '张', sort: '-created_at', cursor: 'xyz', filters: { state: 'a,b' }, view: '' })
  })
  it('writes what it reads and keeps what is not its own', () => {
    const url = { q: '张', state: 'a', sort: 'name', tab: 'notes' }
    expect(writeState(url, readState(url, filters, '-id'), filters, '-id')).toEqual(url)
  })
  it('drops the default sort and emptied filters', () => {
    const state = { q: '', sort: '-id', cursor: '', filters: {}, view: '' }
    expect(writeState({ q: 'old', state: 'a', tab: 'x' }, state, filters, '-id')).toEqual({ tab: 'x' })
  })
  it('keeps two lists of a page apart by prefix', () => {
    const url = { q: '1', 'm.q': '2' }
    expect(readState(url, [], '', 'm.').q).toBe('2')
    expect(writeState(url, { q: '', sort: '', cursor: '', filters: {}, view: '' }, [], '', 'm.')).toEqual({ q: '1' })
  })
})

describe('query for the API', () => {
  it('splits days, spells yes and no, adds the company', () => {
    const state = { q: '', sort: '-id', cursor: 'c', filters: { created: '2026-01-01..', vip: 'no', state: 'a,b' }, view: '' }
    expect(apiQuery(state, filters, 50, 'o1')).toEqual({
      limit: '50',
      org_id: 'o1',
      sort: '-id',
      cursor: 'c',
      created_from: '2026-01-01',
      vip: 'false',
      state: 'a,b',
    })
  })
  it('lets a filter say its own query', () => {
    const own: Filter[] = [{ key: 'age', label: 'x', type: 'text', query: (v) => ({ min_age: v }) }]
    expect(apiQuery({ q: '', sort: '', cursor: '', filters: { age: '3' }, view: '' }, own, 10)).toEqual({ limit: '10', min_age: '3' })
  })
})

describe('nextSort', () => {
  it('goes up, down, default', () => {
    expect(nextSort('-id', 'name', '-id')).toBe('name')
    expect(nextSort('name', 'name', '-id')).toBe('-name')
    expect(nextSort('-name', 'name', '-id')).toBe('-id')
  })
  it('turns the default column round', () => expect(nextSort('-id', 'id', '-id')).toBe('id'))
})
