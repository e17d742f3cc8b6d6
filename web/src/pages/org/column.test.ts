import { describe, expect, it } from 'vitest'
import type { Me, MyOrg } from '@/api/types'
import { me } from '@/session/session'
import { companyColumn } from './column'

const county = (id: string): MyOrg => ({ id, level: 'county', name: `${id}县供电公司`, short_name: `${id}县公司`, code: id }) as MyOrg
const signIn = (...orgs: MyOrg[]) => (me.value = { orgs } as Me)

describe('the column of the company', () => {
  it('is not shown to who sees one', () => {
    signIn(county('清河'))
    expect(companyColumn()).toEqual([])
  })
  it('names the company of a row shortly, a dash for one out of sight', () => {
    signIn(county('清河'), county('平湖'))
    const [column] = companyColumn()
    expect(['平湖', '南湖'].map((org_id) => column?.text?.({ org_id }))).toEqual(['平湖县公司', '–'])
  })
})
