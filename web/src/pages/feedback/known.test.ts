import { beforeEach, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { me } from '@/session/session'
import { somebody } from '@/test/mount'
import { knownOf, knownOfIntake } from './known'
import type { CaseDetail } from './types'

beforeEach(() => {
  me.value = { ...somebody, name: '王芳', orgs: [{ id: 'o1', name: '清河县供电公司', level: 'county', code: '1001', short_name: '清河公司' }] } as unknown as typeof somebody
  return setLang('zh', false)
})
const of = { org_id: 'o1', case_no: 'G1', customer_name: '张建国', caller_name: '张小国', place: '人民路 12 号', due_at: '2026-03-04T10:00:00+08:00', cause: '线路检修' } as unknown as CaseDetail

describe('what is known where a case is at hand', () => {
  it('fills the variables of a standard answer', () => {
    expect(knownOf(of)).toEqual({ agent_name: '王芳', company_name: '清河县供电公司', customer_name: '张建国', address: '人民路 12 号', case_no: 'G1', due_date: expect.stringContaining('3'), reason: '线路检修' })
  })
  it('leaves out what the reader sees only in part', () => {
    expect(knownOf({ ...of, customer_name: '张*国', place: '人民路***' })).toMatchObject({ customer_name: '张小国', address: '' })
    expect(knownOf({ ...of, customer_name: undefined, caller_name: '张*国', due_at: undefined })).toMatchObject({ customer_name: '', due_date: '' })
  })
  it('is less while the case is typed, and nothing of another company', () => {
    expect(knownOfIntake({ org_id: 'o2', caller_name: '周明', place: '' })).toEqual({ agent_name: '王芳', company_name: undefined, customer_name: '周明', address: '' })
  })
})
