import { describe, expect, it } from 'vitest'
import type { Installation } from '../types'
import { installationInput, installationMissing, installationValues, rowsOf } from './installation'

const state = {
  valid_from: '2026-01-01',
  security_load_w: 50_000,
  tolerable_min: 5,
  sources: [{ role: 'main', kind: 'dedicated_line', name: '城东一线', voltage: 'AC00101', capacity_va: 630_000 }],
  generation: [{ kind: 'diesel', capacity_va: 100_000, interlock: '双投刀闸' }],
  documents: [{ kind: 'completion_report', title: '竣工报告', attachment_id: '01900000-0000-7000-8000-0000000000aa' }],
  staff: [{ name: '李强', phone: '13800001234' }],
} as Partial<Installation>

describe('the own installation', () => {
  it('goes into a form and back as it is', () => {
    expect(installationInput(installationValues(state), false)).toEqual(state)
  })

  it('keeps staff that was read only in part by leaving it out', () => {
    expect(installationInput(installationValues(state), true)).not.toHaveProperty('staff')
  })

  it('names what is missing as the API spells it', () => {
    const values = installationValues({ ...state, valid_from: '' })
    Object.assign(rowsOf(values, 'sources')[0] ?? {}, { name: '', capacity_va: null })
    expect(installationMissing(values)).toEqual(['valid_from', 'sources[0].name', 'sources[0].capacity_va'])
  })
})
