import { bytes, money } from '@/format/format'
import { hasText, t } from '@/i18n'
import { orgName } from '@/pages/org/names'
import type { Settings } from '../customers'
import { className, nameOf } from '../names'

const plain = (path: string) => path.replace(/\[[^\]]*\]/g, '')

/** The catalogue's key of a changed field: "contacts[ID].value" → "customer_ui.path.contacts.value". */
export const pathKey = (path: string): string => `customer_ui.path.${plain(path)}`

const partOf = (path: string, { schemes, fields }: Settings) => {
  const [head, code] = plain(path).split('.')
  return { scheme: head === 'classes' ? schemes.find((s) => s.code === code) : undefined, own: head === 'fields' ? fields.find((f) => f.code === code) : undefined }
}

/** What a changed field is called. */
export function pathName(path: string, settings: Settings): string {
  const { scheme, own } = partOf(path, settings)
  if (scheme || own) return nameOf((scheme ?? own) as { name_zh: string; name_en?: string })
  return hasText(pathKey(path)) ? t(pathKey(path)) : path
}

/** The catalogues of codes, by the field that holds them. */
const codes: Record<string, string> = {
  kind: 'customer_ui.kind', status: 'customer_ui.status', 'person.sex': 'customer_ui.sex', 'contacts.kind': 'customer_ui.contact',
  'certificates.kind': 'customer_ui.certificate', mode: 'customer.mode', aspect: 'customer.aspect', level: 'customer_ui.level',
}

/** A value of a changed field in words: codes by name, sums in yuan. */
export function valueName(path: string, value: string, settings: Settings): string {
  const { scheme } = partOf(path, settings)
  const field = plain(path)
  if (!value) return value
  if (scheme) return className(scheme, value)
  if (field === 'unit_id') return orgName(value)
  if (field.endsWith('_fen')) return money(Number(value))
  if (field === 'size') return bytes(Number(value))
  if (value === 'true' || value === 'false') return t(value === 'true' ? 'kit.yes' : 'kit.no')
  const key = `${codes[field]}.${value}`
  return hasText(key) ? t(key) : value
}
