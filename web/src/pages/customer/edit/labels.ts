import { t } from '@/i18n'
import { NONE } from '@/format/format'
import { unitChoices, type Settings } from '../customers'
import { className, kindName, nameOf } from '../names'
import type { CertificateValues, ContactValues } from './draft'

/** Catalogue keys of the form's fields, for the banner and the conflict dialog. */
export const labels: Record<string, string> = {
  kind: 'customer_ui.kind',
  name: 'customer_ui.name',
  customer_no: 'customer_ui.no',
  industry: 'customer_ui.industry',
  unit_id: 'customer_ui.unit',
  manager_id: 'customer_ui.manager',
  person: 'customer_ui.person_data',
  organisation: 'customer_ui.organisation_data',
  contacts: 'customer_ui.contacts',
  certificates: 'customer_ui.certificates',
  classes: 'customer_ui.classes',
  tags: 'customer_ui.tags',
  org_id: 'customer_ui.company',
}

const shown: Record<string, (value: never, settings: Settings) => string> = {
  kind: (v: string) => kindName(v),
  unit_id: (v: string) => unitChoices().find((u) => u.value === v)?.label ?? v,
  contacts: (v: ContactValues[]) => v.map((c) => c.value).join(t('kit.list.comma')),
  certificates: (v: CertificateValues[]) => v.map((c) => c.number).join(t('kit.list.comma')),
  classes: (v: Record<string, string>, { schemes }) => schemes.map((s) => `${nameOf(s)}: ${className(s, v[s.code])}`).join(t('kit.list.comma')),
}

/** A value of the form in words, for the conflict dialog. */
export function show(name: string, value: unknown, settings: Settings): string {
  if (value == null || value === '') return NONE
  const own = shown[name]
  if (own) return own(value as never, settings) || NONE
  if (Array.isArray(value)) return value.join(t('kit.list.comma')) || NONE
  if (typeof value === 'object') return Object.values(value).filter(Boolean).join(' · ') || NONE
  return String(value)
}
