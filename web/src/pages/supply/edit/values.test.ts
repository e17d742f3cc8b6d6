import { describe, expect, it } from 'vitest'
import { fieldsOf, sections } from './fields'
import { inputOf, missing, newValues, valuesOf } from './values'
import type { Plural } from '../types'

describe('values of a record', () => {
  const fields = fieldsOf('accounts')

  it('go into a form and back as they are', () => {
    const record = { account_no: '1001', name: '张伟', class: 'lv_res', status: 'normal', use_category: 'residential', contract_va: 8500, running_va: 0, voltage: 'AC02202', power_off: true, opened_on: '2020-05-01' }
    const values = valuesOf(fields, record)
    expect(values.contract_va).toBe(8.5)
    expect(values.customer_id).toBe('')
    expect(inputOf(fields, values)).toEqual(record)
  })

  it('leave out what is empty, keep nought', () => {
    const input = inputOf(fields, { ...valuesOf(fields, {}), name: ' 张伟 ', running_va: 0 })
    expect(input).toEqual({ name: '张伟', running_va: 0 })
  })

  it('keep degrees to the millionth', () => {
    const place = fieldsOf('premises')
    const values = valuesOf(place, { address: '人民路1号', longitude_e6: 104_123_457, latitude_e6: -1 })
    expect(values.longitude_e6).toBe(104.123457)
    expect(inputOf(place, values)).toEqual({ address: '人民路1号', longitude_e6: 104_123_457, latitude_e6: -1 })
  })

  it('of a new record begin with the usual and what is given', () => {
    const values = newValues(fieldsOf('metering-points'), { account_id: 'a' })
    expect(values).toMatchObject({ account_id: 'a', status: 'in_use', wiring: 'single_phase', no: '', reading_order: null })
    expect(missing(fieldsOf('metering-points'), values)).toEqual(['no', 'name'])
  })
})

describe('fields', () => {
  it('are asked for once in each kind', () => {
    for (const kind of Object.keys(sections) as Plural[]) {
      const names = fieldsOf(kind).map((f) => f.name)
      expect(new Set(names).size, kind).toBe(names.length)
    }
  })
})
