import { NONE } from '@/format/format'
import type { Column } from './types'

/** What a column says of a row; a dash where it has nothing to say. */
export function cellText<T extends object>(row: T, column: Column<T>): string {
  const value = column.text ? column.text(row) : (row as Record<string, unknown>)[column.key]
  return value == null || value === '' ? NONE : String(value)
}
