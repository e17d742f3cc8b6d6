import { describe, expect, it } from 'vitest'
import { gradeTone, headSteps, waitsUntil } from './incidents'

describe('the head of an incident', () => {
  it('offers the next step first and keeps measures to their card', () => {
    expect(headSteps({ state: 'opened', actions: ['assign', 'dismiss', 'plan', 'regrade', 'report'] })).toEqual({ buttons: ['report'], others: ['regrade', 'assign', 'dismiss'] })
    expect(headSteps({ state: 'submitted', actions: ['close', 'return'] })).toEqual({ buttons: ['close'], others: ['return'] })
  })
  it('has a conclusion made, and put right behind the others', () => {
    expect(headSteps({ state: 'reported', actions: ['conclude'] }).buttons).toEqual(['conclude'])
    expect(headSteps({ state: 'concluded', actions: ['conclude', 'submit'] })).toEqual({ buttons: ['submit'], others: ['conclude'] })
  })
  it('shows nothing to who may do nothing', () => {
    expect(headSteps({ state: 'closed', actions: [] })).toEqual({ buttons: [], others: [] })
  })
})

it('has the gravest grades stand out', () => {
  expect([1, 2, 3, 4].map(gradeTone)).toEqual(['bad', 'bad', 'warn', 'neutral'])
})

it('waits for its report, then for its next measure', () => {
  const times = { due_at: 'a', measure_due_at: 'b' }
  expect((['opened', 'reported', 'concluded', 'submitted', 'closed'] as const).map((state) => waitsUntil({ state, ...times }))).toEqual(['a', 'b', 'b', undefined, undefined])
  expect(waitsUntil({ state: 'reported', due_at: 'a' })).toBeUndefined()
})
