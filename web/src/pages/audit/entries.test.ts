import { beforeAll, describe, expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { differences, exportUrl, objectTo, partName, partText } from './entries'

beforeAll(() => setLang('zh'))

describe('a look', () => {
  it('is told in words, a change by its own names', () => {
    expect([partName('read', 'fields[1]'), partText('read', 'fields[1]', 'phone')]).toEqual(['看到的字段 2', '电话'])
    expect([partName('read', 'basis_no'), partText('read', 'basis_no', '1001-1'), partText('read', 'basis_type', 'case')]).toEqual(['工单编号', '1001-1', '在办的工单'])
    expect([partName('change', 'fields[1]'), partText('change', 'fields[1]', 'phone'), partName('read', 'contacts[0].value')]).toEqual(['', 'phone', ''])
  })
})

describe('differences', () => {
  it('names what changed, path by path', () => {
    const before = '{"name":"李","contacts":[{"value":"1"},{"value":"2"}],"tags":null,"note":""}'
    const after = '{"name":"李","contacts":[{"value":"1"},{"value":"3"}],"active":true}'
    expect(differences(before, after)).toEqual([
      { path: 'contacts[1].value', before: '2', after: '3' },
      { path: 'active', before: undefined, after: 'true' },
    ])
  })
  it('lists all of what was made or removed', () => {
    expect(differences(undefined, '{"a":{"b":0}}')).toEqual([{ path: 'a.b', before: undefined, after: '0' }])
    expect(differences('{"a":1}', '')).toEqual([{ path: 'a', before: '1', after: undefined }])
    expect(differences('', undefined)).toEqual([])
  })
  it('takes a bare value', () => {
    expect(differences('"open"', '"done"')).toEqual([{ path: '', before: 'open', after: 'done' }])
  })
})

describe('objectTo', () => {
  it('finds the page of a customer and of his parts', () => {
    expect(objectTo({ object_type: 'customer.note', object_id: 'x' })).toEqual({ name: 'customer', params: { id: 'x' } })
    expect(objectTo({ object_type: 'user', object_id: 'x' })).toEqual({ name: 'user', params: { id: 'x' } })
    expect(objectTo({ object_type: 'job', object_id: 'x' })).toBeUndefined()
    expect(objectTo({ object_type: 'customer', object_id: undefined })).toBeUndefined()
  })
})

it('exports what the list shows, without its page', () => {
  expect(exportUrl({ q: '李', limit: '50', cursor: 'c', sort: '-at', kind: 'read' }, 'csv')).toBe('/api/v1/audit-export?q=%E6%9D%8E&kind=read&format=csv')
})
