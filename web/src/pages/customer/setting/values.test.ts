import { describe, expect, it } from 'vitest'
import type { Field, Scheme } from '../types'
import { fieldInput, fieldValues, schemeInput, schemeValues } from './values'

describe('schemes', () => {
  const scheme = { code: 'risk', name_zh: '风险', active: true, classes: [{ code: 'low', name_zh: '低' }], default_person: 'low', default_organisation: 'low' } as Scheme
  it('come back as they were', () => {
    expect(schemeInput(schemeValues(scheme))).toEqual({
      name_zh: '风险', name_en: undefined, default_person: 'low', default_organisation: 'low',
      classes: [{ code: 'low', name_zh: '低', name_en: undefined, retired: undefined }],
    })
  })
  it('begin with one row', () => expect(schemeValues().classes).toHaveLength(1))
})

describe('fields', () => {
  it('keep options only where they are a choice', () => {
    const values = { ...fieldValues(), name_zh: ' 面积 ', options: [{ code: 'a', name_zh: '甲', name_en: '', retired: false }] }
    expect(fieldInput(values)).toMatchObject({ name_zh: '面积', type: 'text', options: undefined, applies_to: undefined })
    expect(fieldInput({ ...values, type: 'choice' }).options).toEqual([{ code: 'a', name_zh: '甲', name_en: undefined, retired: undefined }])
  })
  it('read what the server leaves out as empty', () => {
    expect(fieldValues({ code: 'x', name_zh: 'x', type: 'bool', active: false } as Field)).toMatchObject({ section: '', required: false, active: false, options: [] })
  })
})
