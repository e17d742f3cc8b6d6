import { describe, expect, it } from 'vitest'
import { exportFilter, listQuery } from './query'

const query = { limit: '50', sort: '-name', cursor: 'c', org_id: 'o1', q: '超市', 'class.relation': 'new', 'class.kind': 'enterprise', tag: '重点,老旧' }

describe('listQuery', () => {
  it('joins the classes of all schemes into one parameter', () => {
    expect(listQuery(query)).toMatchObject({ q: '超市', class: 'relation:new,kind:enterprise', phone: 'true' })
    expect(Object.keys(listQuery(query))).not.toContain('class.relation')
  })
  it('asks for no class where none is chosen', () => expect(listQuery({ limit: '50' })).toEqual({ limit: '50', phone: 'true' }))
})

describe('exportFilter', () => {
  it('holds the same rows without page and order', () => {
    expect(exportFilter(query)).toEqual({ org_id: 'o1', q: '超市', class: ['relation:new', 'kind:enterprise'], tag: ['重点', '老旧'] })
  })
})
