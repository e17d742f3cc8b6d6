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

/** Every page of the matrix as one table: a row a user, and what gives it. */
export async function matrixFile(query: MatrixQuery): Promise<TableFile> {
  const rows: MatrixRow[] = []
  let page = await fetchMatrix(query, undefined, 200)
  rows.push(...page.items)
  while (page.next_cursor) {
    page = await fetchMatrix(query, page.next_cursor, 200)
    rows.push(...page.items)
  }
  const { columns } = page
  const because = (r: MatrixRow) => r.reasons.map((x) => t('access.grant_text', { role: roleName(x), org: x.way.at(-1) ?? '' }) + (x.absent_name ? ` ${t('access.standing_in', { name: x.absent_name })}` : '')).join(t('access.rule_joint'))
  return {
    name: 'access-matrix',
    head: [t('access.name'), t('access.login'), t('access.home'), ...columns.map(columnName), t('access.grants')],
    rows: rows.map((r) => [r.name, r.login, r.home, ...columns.map((c, i) => (r.cells[i] ? cellText(c, r.cells[i]) : '')), because(r)]),
  }
}
