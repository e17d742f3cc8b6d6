import { beforeEach, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { emptyValues, valuesOf as recordValues } from '@/pages/customer/edit/draft'
import type { Customer } from '@/pages/customer/types'
import { inputOf, withInput, type Start } from './draft'
import { fieldsText, itemName, linesOf, titleOf, type ProposalDetail, type ProposalItem } from './proposals'
import { acceptAll, count, emptyChoices, toSend, valuesOf } from './verdicts'

beforeEach(() => setLang('zh', false))
const settings = { schemes: [], fields: [] }
const item = (key: string, parts: Partial<ProposalItem['parts'][number]>[], more: Partial<ProposalItem> = {}) =>
  ({ key, parts: parts.map((p) => ({ path: key, ...p })), conflict: false, done: false, ...more }) as ProposalItem
const phone = item('contacts[p1]', [
  { path: 'contacts[p1].kind', before: 'phone', proposed: 'phone', current: 'phone' },
  { path: 'contacts[p1].value', before: '154****0001', proposed: '15400000002', current: '154****0001' },
])
const job = item('person.occupation', [{ before: '司机', proposed: '教师', current: '厨师' }], { conflict: true })
const proposal = { org_id: 'o1', customer_name: '张*国', new: false, fields: ['contacts', 'person.occupation'], items: [phone, job] } as unknown as ProposalDetail

describe('what is proposed', () => {
  it('is called by its field, a contact by its kind', () => {
    expect([itemName(phone, settings), itemName(job, settings), titleOf(proposal)]).toEqual(['电话', '职业', '变更：张*国'])
    expect(fieldsText(proposal, settings)).toBe('联系方式、职业')
  })
  it('shows each side, and nothing where an element is not there', () => {
    expect(linesOf(phone, 'proposed', settings)).toEqual([{ text: '15400000002' }])
    expect(linesOf(job, 'current', settings)).toEqual([{ text: '厨师' }])
    const added = item('contacts[p2]', [{ path: 'contacts[p2].kind', proposed: 'email' }, { path: 'contacts[p2].label', proposed: '财务' }, { path: 'contacts[p2].value', proposed: 'a@b.cn' }])
    expect(linesOf(added, 'before', settings)).toEqual([])
    expect(linesOf(added, 'proposed', settings)).toEqual([{ text: 'a@b.cn' }, { label: '用途', text: '财务' }])
    expect(linesOf(item('tags', [{ path: 'tags[0]', proposed: '新' }, { path: 'tags[1]', proposed: '重点' }]), 'proposed', settings)).toEqual([{ text: '新、重点' }])
    expect(linesOf(item('fields.key', [{ hidden: true }]), 'before', settings)).toMatchObject([{ hidden: true }])
  })
})

describe('verdicts', () => {
  it('accept all but what was changed since; a rejected one needs a word', () => {
    const choices = emptyChoices(proposal.items)
    acceptAll(proposal.items, choices)
    expect(count(choices)).toEqual({ accepted: 1, rejected: 0, wordless: 0, open: 1 })
    Object.assign(choices['person.occupation']!, { choice: 'reject', word: ' ' })
    expect(count(choices)).toMatchObject({ open: 0, wordless: 1 })
    choices['person.occupation']!.word = ' 无凭据 '
    expect(count(choices)).toEqual({ accepted: 1, rejected: 1, wordless: 0, open: 0 })
    expect(toSend(choices)).toEqual([{ key: 'contacts[p1]', accept: true }, { key: 'person.occupation', accept: false, word: '无凭据' }])
  })
  it('lay the proposed customer beside those like him', () => {
    expect(valuesOf(proposal)).toMatchObject({ name: '张*国', contacts: [{ kind: 'phone', value: '15400000002' }] })
  })
})

describe('the form', () => {
  const customer = { id: 'c1', org_id: 'o1', kind: 'person', customer_no: 'K1', name: '张*国', version: 4, masked: true, classes: {}, contacts: [{ id: 'p1', kind: 'phone', value: '154****0001' }] } as unknown as Customer
  const before = { ...recordValues(customer), fields: { key: '门卫' }, reason: '' }
  const start: Start = { before, values: before, customer }
  it('sends only what differs, with the version it was made from', () => {
    const input = inputOf(start, { ...before, fields: { key: '物业' }, reason: ' 更正 ', person: { ...before.person, occupation: '教师' } }, false)
    expect(input).toEqual({ customer_id: 'c1', customer_version: 4, change: { person: { occupation: '教师' }, confirm_duplicates: false }, fields: { key: '物业' }, reason: '更正' })
  })
  it('begins a correction with what was typed, over the record', () => {
    const input = { change: { contacts: [{ id: 'p1', kind: 'phone', label: '家' }], person: { occupation: '教师' } }, fields: { key: '物业' }, reason: '更正' }
    const { values } = withInput(start, { ...proposal, input } as unknown as ProposalDetail)
    expect(values).toMatchObject({ name: '张*国', reason: '更正', person: { occupation: '教师' }, fields: { key: '物业' }, contacts: [{ value: '154****0001', label: '家' }] })
  })
  it('proposes a new customer for a visit', () => {
    const empty = { ...emptyValues('o1'), reason: '' }
    expect(inputOf({ before: empty, values: empty, visit: 'v1' }, { ...empty, name: '李四', reason: '来访' }, true)).toMatchObject({
      org_id: 'o1', reception_id: 'v1', reason: '来访', customer: { kind: 'person', name: '李四', confirm_duplicates: true },
    })
  })
})
