import { beforeAll, expect, it } from 'vitest'
import type { MatrixPage, MatrixRow } from '@/api/types'
import { setLang } from '@/i18n'
import { serve } from '@/test/mount'
import { groups, matrixFile } from './matrix'

beforeAll(() => setLang('zh', false))

const columns: MatrixPage['columns'] = [{ key: 'customer.get', of: 1 }, { key: 'customer.update', of: 1 }]
const reason = (role_id: string) => ({ grant_id: 'g', role_id, name_zh: `角色${role_id}`, name_en: role_id, org_id: 'o', way: ['甲'], state: 'running' as const })
const person = (id: string, home: string, roles: string[], ...cells: number[][]): MatrixRow => ({
  id, name: `人${id}`, login: id, home_org_id: home, home: `单位${home}`, reasons: roles.map(reason), cells: cells.map((reasons) => ({ held: reasons.length ? 1 : 0, whole: true, reasons })),
})
// a holds two roles, both give the first deed and one the second; b the first role; c belongs elsewhere.
const items = [person('a', '1', ['clerk', 'keeper'], [0, 1], [1]), person('b', '1', ['clerk'], [0], []), person('c', '2', ['keeper'], [0], [0])]
const told = (of: ReturnType<typeof groups>) => of.map((g) => `${g.name} ${g.people.length}: ${g.cells.map((c) => c.map((p) => p.id).join('')).join(' ')}`)

it('counts by role what that role gives', () => {
  expect(told(groups({ columns, items }, 'role'))).toEqual(['角色clerk 2: ab ', '角色keeper 2: ac ac'])
  expect(told(groups({ columns, items }, 'role', 'keeper'))).toEqual(['角色keeper 2: ac ac'])
})

it('counts by organisation what its people hold', () => {
  expect(told(groups({ columns, items }, 'org'))).toEqual(['单位1 2: ab a', '单位2 1: c c'])
})

it('saves every page, by role with numbers', async () => {
  serve(({ query }) => ({ body: { org_id: 'o', at: '', columns, ...(query.cursor ? { items: items.slice(1) } : { items: items.slice(0, 1), next_cursor: 'x' }) } }))
  const { head, rows } = await matrixFile({ org_id: 'o' }, 'role')
  expect(head.slice(0, 2)).toEqual(['角色', '人数'])
  expect(rows).toEqual([['角色clerk', 2, 2, 0, '人a；人b'], ['角色keeper', 2, 2, 2, '人a；人c']])
})
