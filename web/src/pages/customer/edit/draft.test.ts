import { describe, expect, it } from 'vitest'
import type { Customer } from '../types'
import { createInput, emptyValues, newCertificate, newContact, undoInput, updateInput, valuesOf } from './draft'

const customer = {
  id: 'c1', org_id: 'o1', kind: 'organisation', customer_no: 'K0000001', name: '双溪恒业超市', status: 'active', masked: false, version: 3,
  classes: { kind: 'enterprise' }, tags: ['重点'], created_at: '', updated_at: '', unit_id: 'u1',
  organisation: { legal_representative: '陆武利', registered_capital_fen: 123_456 },
  contacts: [{ id: 'p1', kind: 'phone', value: '154****6428', primary: true }, { id: 'p2', kind: 'email', value: 'a@example.com' }],
  certificates: [{ id: 'z1', kind: 'uscc', number: '92590100K0CM17CGXD' }],
} as Customer

describe('createInput', () => {
  it('leaves out what is empty and rows nobody wrote into', () => {
    const v = { ...emptyValues('o1'), name: ' 王芳 ', classes: { relation: 'new', kind: '' } }
    v.contacts = [newContact('phone', true), { ...newContact('address'), value: ' 人民路1号 ' }]
    v.certificates = [{ ...newCertificate('person'), number: ' 110 ' }]
    expect(createInput(v)).toEqual({
      org_id: 'o1',
      kind: 'person',
      name: '王芳',
      person: {},
      contacts: [{ kind: 'address', value: '人民路1号', primary: false }],
      certificates: [{ kind: 'resident_id', number: '110' }],
      classes: { relation: 'new' },
      tags: [],
      fields: {},
    })
  })
  it('sends the capital in fen and only the part of the kind', () => {
    const v = { ...emptyValues('o1'), kind: 'organisation' as const, name: 'x' }
    v.organisation.capital_yuan = 1234.56
    v.person.sex = 'male'
    expect(createInput(v).organisation).toEqual({ registered_capital_fen: 123_456 })
    expect(createInput(v).person).toBeUndefined()
  })
  it('keeps an override with its reason', () => {
    const v = { ...emptyValues(''), name: 'x', certificates: [{ ...newCertificate('person'), number: '1', override: { reason: '已核对', proof: '' } }] }
    expect(createInput(v).certificates).toEqual([{ kind: 'resident_id', number: '1', override: { reason: '已核对' } }])
  })
})

describe('updateInput', () => {
  const before = valuesOf(customer)
  it('is empty when nothing changed, so masked values stay', () => expect(updateInput(before, valuesOf(customer))).toEqual({}))
  it('sends only what differs', () => {
    expect(updateInput(before, { ...before, name: '新名称', unit_id: '' })).toEqual({ name: '新名称', unit_id: '' })
  })
  it('sends contacts whole, with their ids', () => {
    const contacts = [before.contacts[0] ?? newContact(), newContact('wechat')]
    expect(updateInput(before, { ...before, contacts }).contacts).toEqual([
      { id: 'p1', kind: 'phone', value: '154****6428', primary: true },
      { kind: 'wechat', primary: false },
    ])
  })
})

describe('undoInput', () => {
  it('gives the former values; what was removed comes back as new', () => {
    const before = valuesOf(customer)
    const after = { ...valuesOf(customer), name: 'x', contacts: before.contacts.slice(0, 1) }
    const undo = undoInput(before, after)
    expect(undo.name).toBe('双溪恒业超市')
    expect(undo.contacts).toEqual([
      { id: 'p1', kind: 'phone', value: '154****6428', primary: true },
      { kind: 'email', value: 'a@example.com', primary: false },
    ])
    expect(undo.certificates).toBeUndefined()
  })
})
