import { expect, it } from 'vitest'
import type { Notices } from '../types'
import { noticesOf, rowsOf } from './notices'

const set: Notices = {
  enabled: true,
  rules: [
    { on: 'create', template: 'case.accepted', any_hour: true },
    { on: 'resolve', template: 'case.solved', any_hour: false },
  ],
  silent_channels: ['h12398'],
  quiet_from: '21:00',
  quiet_to: '08:00',
}

it('goes into the form and comes back as it was', () => {
  expect(noticesOf(rowsOf(set))).toEqual(set)
})

it('leaves out moves without a template, and hours that are empty', () => {
  const values = rowsOf({ ...set, quiet_from: undefined, quiet_to: undefined })
  expect(values.moves.accept).toEqual({ template: '', any_hour: false })
  values.moves.create.template = ''
  expect(noticesOf(values)).toEqual({ enabled: true, rules: [set.rules[1]], silent_channels: ['h12398'], quiet_from: undefined, quiet_to: undefined })
})
