import { describe, expect, it } from 'vitest'
import modules from '../../../../internal/domain/access/role/permission.json'
import { difference, expand } from './roles'

const small = [
  { module: 'task', permissions: ['task.list', 'task.move'] },
  { module: 'customer', permissions: ['customer.list', 'customer.get', 'customer.update'] },
]

describe('patterns of a role', () => {
  it('are spelled out for a copy', () => {
    expect(expand(['*.list', 'customer.get'], small)).toEqual(['task.list', 'customer.list', 'customer.get'])
    expect(expand(['task.*'], small)).toEqual(['task.*'])
    expect(expand(['*'], small)).toEqual(['task.*', 'customer.*'])
    expect(expand(['unknown.get'], small)).toEqual([])
  })
  it('are compared by what they give', () => {
    expect(difference(['task.*', 'customer.get'], ['task.list', 'customer.*'], small)).toEqual({ more: ['customer.list', 'customer.update'], less: ['task.move'] })
    expect(difference(['*.list'], ['task.list', 'customer.list'], small)).toEqual({ more: [], less: [] })
  })
  it('are known to the server by the same names', () => {
    expect(modules.every((m) => m.permissions.every((p) => p.startsWith(`${m.module}.`)))).toBe(true)
  })
})
