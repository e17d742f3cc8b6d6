import { api, unwrap } from '@/api/client'
import type { MatrixPage, MatrixRow } from '@/api/types'
import type { TableFile } from '@/kit/file/table'
import { t } from '@/i18n'
import { moduleName, permissionName } from './permission'
import { roleName } from './users'

export interface MatrixQuery {
  org_id?: string
  module?: string
  permission?: string
  role_id?: string
  q?: string
}

export const fetchMatrix = (query: MatrixQuery, cursor?: string, limit = 50): Promise<MatrixPage> =>
  unwrap(api.GET('/api/v1/access-matrix', { params: { query: { ...query, cursor, limit } } }))

type Column = MatrixPage['columns'][number]
type Cell = MatrixRow['cells'][number]

export const columnName = ({ key }: Column): string => (key.includes('.') ? permissionName(key) : moduleName(key))

/** none, some or all of a column's permissions. */
export const extent = (column: Column, cell: Cell): 'none' | 'some' | 'all' => (cell.held === 0 ? 'none' : cell.held < column.of ? 'some' : 'all')

/** A cell in words, for those who hear it and for files. */
export function cellText(column: Column, cell: Cell): string {
  const kind = extent(column, cell)
  if (kind === 'none') return t('access.cell_none')
  const text = kind === 'all' ? t(column.of > 1 ? 'access.cell_all' : 'access.cell_yes') : t('access.of', { n: cell.held, of: column.of })
  return cell.whole ? text : t('access.cell_below', { text })
}

/** What a row of the matrix is. */
export type By = 'user' | 'role' | 'org'

/** The people of a role or an organisation, and who of them may do what: a list of people for each column. */
export interface Group {
  key: string
  name: string
  people: MatrixRow[]
  cells: MatrixRow[][]
}

/** Turns rows of people into rows of the roles they hold, or of the organisations they belong to. */
export function groups({ columns, items }: Pick<MatrixPage, 'columns' | 'items'>, by: 'role' | 'org', only = ''): Group[] {
  const found = new Map<string, Group>()
  function put(key: string, name: string, row: MatrixRow, gives: (cell: Cell) => boolean): void {
    const group = found.get(key) ?? { key, name, people: [], cells: columns.map(() => []) }
    found.set(key, group)
    group.people.push(row)
    row.cells.forEach((cell, i) => gives(cell) && group.cells[i]?.push(row))
  }
  for (const row of items) {
    if (by === 'org') {
      put(row.home_org_id, row.home, row, (cell) => cell.held > 0)
      continue
    }
    const roles = new Map(row.reasons.filter((x) => !only || x.role_id === only).map((x) => [x.role_id, roleName(x)]))
    for (const [id, name] of roles) put(id, name, row, (cell) => cell.reasons.some((r) => row.reasons[r]?.role_id === id))
  }
  return [...found.values()].sort((a, b) => b.people.length - a.people.length || a.name.localeCompare(b.name))
}

/** The whole matrix: every page of it. */
export async function fetchWhole(query: MatrixQuery): Promise<MatrixPage> {
  const whole = await fetchMatrix(query, undefined, 200)
  for (let next = whole.next_cursor; next; ) {
    const page = await fetchMatrix(query, next, 200)
    whole.items.push(...page.items)
    next = page.next_cursor
  }
  return { ...whole, next_cursor: undefined }
}

const because = (r: MatrixRow): string =>
  r.reasons.map((x) => t('access.grant_text', { role: roleName(x), org: x.way.at(-1) ?? '' }) + (x.absent_name ? ` ${t('access.standing_in', { name: x.absent_name })}` : '')).join(t('access.rule_joint'))

/** The whole matrix as one table: a row a user, and what gives it; or a row a role or organisation, and how many people. */
export async function matrixFile(query: MatrixQuery, by: By): Promise<TableFile> {
  const { columns, items } = await fetchWhole(query)
  if (by !== 'user') {
    return {
      name: 'access-matrix',
      head: [t(`access.by_${by}`), t('access.people'), ...columns.map(columnName), t('access.names')],
      rows: groups({ columns, items }, by, query.role_id).map((g) => [g.name, g.people.length, ...g.cells.map((c) => c.length), g.people.map((p) => p.name).join(t('access.rule_joint'))]),
    }
  }
  return {
    name: 'access-matrix',
    head: [t('access.name'), t('access.login'), t('access.home'), ...columns.map(columnName), t('access.grants')],
    rows: items.map((r) => [r.name, r.login, r.home, ...columns.map((c, i) => (r.cells[i] ? cellText(c, r.cells[i]) : '')), because(r)]),
  }
}
