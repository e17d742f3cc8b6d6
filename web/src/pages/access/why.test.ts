import { expect, it } from 'vitest'
import modules from '../../../../internal/domain/access/role/permission.json'
import { deeds } from './why'

it('asks about permissions that there are', () => {
  const all = new Set(modules.flatMap((m) => m.permissions))
  expect(Object.values(deeds).flat().filter((p) => !all.has(p))).toEqual([])
})
