import { describe, expect, it } from 'vitest'
import { bodyOf, initialOf, needed, shownFields, steps, type Step } from './steps'

const verdict = steps.verdict as Step
const text = verdict.fields.find((f) => f.name === 'text') as Step['fields'][number]

describe('a step', () => {
  it('sends what is shown and filled', () => {
    const values = { ...initialOf(verdict), text: ' 谢谢 ', unit_id: 'u', owner_id: 'o' }
    expect(bodyOf(verdict, values)).toEqual({ verdict: 'satisfied', by: 'call', timely: true, reasonable: true, fair: true, text: '谢谢' })
    expect(bodyOf(verdict, { ...values, verdict: 'dissatisfied', fair: false })).toMatchObject({ fair: false, unit_id: 'u', owner_id: 'o' })
  })
  it('demands the words of a dissatisfied customer', () => {
    expect(needed('verdict', text, { verdict: 'satisfied' })).toBe(false)
    expect(needed('verdict', text, { verdict: 'dissatisfied' })).toBe(true)
    expect(shownFields(verdict, { verdict: 'satisfied' }).map((f) => f.name)).not.toContain('owner_id')
  })
  it('of a pause asks for reason and proof', () => {
    expect(steps.pause?.fields.filter((f) => f.required).map((f) => f.name)).toEqual(['reason', 'evidence'])
  })
})
