// How a value of a record reads.
import { NONE, dateTime, number } from '@/format/format'
import { t } from '@/i18n'
import type { Description } from '@/kit'
import { codeKey } from '../codes'
import type { Plural } from '../types'
import { fieldsOf, labelOf, unitOf, type Field } from './fields'
import { nameOf, refKind } from './refs'
import { valuesOf, type Values } from './values'

/** A text as it is; a code of GB/T 4754 with the name of its section: "C2511 制造业". */
const plain = (f: Field, text: string): string => (f.name === 'industry' && /^[A-T]/.test(text) ? `${text} ${t(`supply.industry.${text[0]}`)}` : text)

export function valueText(f: Field, value: Values[string] | undefined, values: Values): string {
  if (f.type === 'yesno') return t(value ? 'kit.yes' : 'kit.no')
  if (value === '' || value === null || value === undefined) return ''
  switch (f.type) {
    case 'choice':
      return f.codes ? t(codeKey(f.codes, String(value))) : String(value)
    case 'kilo':
    case 'count':
    case 'micro':
      return [number(Number(value), f.type === 'micro' ? 6 : 3), unitOf(f)].filter(Boolean).join(' ')
    case 'moment':
      return dateTime(String(value))
    case 'ref':
      return nameOf(refKind(f, values), String(value)) || NONE
  }
  return plain(f, String(value))
}

/** What a form calls a field: with the unit to enter. */
export const formLabel = (f: Field): string => (unitOf(f) ? t('supply_ui.in_unit', { name: t(labelOf(f)), unit: unitOf(f) }) : t(labelOf(f)))

/** The fields of a record that hold something, as label and value; those named are left out. */
export function facts(kind: Plural, record: object, without: string[] = []): Description[] {
  const fields = fieldsOf(kind)
  const values = valuesOf(fields, record)
  return fields
    .filter((f) => !without.includes(f.name) && f.type !== 'yesno' && values[f.name] !== '' && values[f.name] !== null)
    .map((f) => ({ key: f.name, label: t(labelOf(f)), text: valueText(f, values[f.name], values), wide: f.type === 'long' }))
}
