import { NONE, number } from '@/format/format'
import { t } from '@/i18n'
import { nameOf } from '../names'
import type { CustomerKind, Field } from '../types'

/** A value of a company-defined field as it is read; all values travel as text. */
export function fieldText(field: Pick<Field, 'type' | 'options'>, value: string): string {
  if (value === '') return NONE
  if (field.type === 'bool') return t(value === 'true' ? 'kit.yes' : 'kit.no')
  if (field.type === 'number') return number(Number(value), 6)
  const option = field.type === 'choice' ? (field.options ?? []).find((o) => o.code === value) : undefined
  return option ? nameOf(option) : value
}

/** The fields a kind of customer has. */
export const fieldsOf = (fields: readonly Field[], kind: CustomerKind): Field[] => fields.filter((f) => !f.applies_to || f.applies_to === kind)
