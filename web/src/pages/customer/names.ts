// How the values of the archive are called and coloured.
import { number } from '@/format/format'
import { hasText, lang, t } from '@/i18n'
import type { Tone } from '@/kit'
import type { Class, Contact, CustomerEvent, CustomerKind, CustomerStatus, Scheme } from './types'

export const kinds: CustomerKind[] = ['person', 'organisation']
export const contactKinds: Contact['kind'][] = ['phone', 'address', 'email', 'wechat']
export const aspects = ['attitude', 'performance', 'production', 'credit', 'demand', 'potential'] as const
export const modes = ['visit', 'counter', 'call', 'sms', 'wechat', 'mail', 'meeting', 'other'] as const
export const closeReasons = ['account_closed', 'moved_away', 'deceased', 'dissolved', 'mistake', 'other'] as const

const personal = ['resident_id', 'passport', 'hk_macao_travel_permit', 'taiwan_travel_permit', 'hmt_residence_permit', 'foreign_permanent_resident', 'other'] as const
const corporate = ['uscc', 'organisation_code', 'other'] as const
/** The certificates a kind of customer may have, the usual one first. */
export const certificateKinds = (kind: CustomerKind) => (kind === 'person' ? personal : corporate)

export const kindName = (kind: string): string => t(`customer_ui.kind.${kind}`)
export const statusName = (status: string): string => t(`customer_ui.status.${status}`)
export const statusTone: Record<CustomerStatus, Tone> = { active: 'ok', closed: 'neutral', merged: 'warn', erased: 'neutral' }

/** One who was merged or erased is not changed any more. */
export const gone = (c: { status: CustomerStatus }): boolean => c.status === 'merged' || c.status === 'erased'

/** The name in the reader's language; the Chinese one stands in for a missing English one. */
export const nameOf = (x: { name_zh: string; name_en?: string }): string => (lang.value === 'en' && x.name_en ? x.name_en : x.name_zh)

/** A class of a scheme by its code. */
export function className(scheme: Scheme, code: string | undefined): string {
  const found = (scheme.classes ?? []).find((c) => c.code === code)
  return found ? nameOf(found) : (code ?? '')
}

/** The classes that may still be given to customers. */
export const usable = (scheme: Scheme): Class[] => (scheme.classes ?? []).filter((c) => !c.retired)

/** The sentence of an event in the reader's language; "@key" parameters are keys of the catalogue themselves, others may have a name in each language. */
export function eventText(event: Pick<CustomerEvent, 'kind' | 'params' | 'text'>): string {
  const key = event.kind.replace('.', '.event.')
  if (!hasText(key)) return event.text
  const told = (value: unknown) => {
    if (typeof value === 'string' && value.startsWith('@')) return t(value.slice(1))
    return value && typeof value === 'object' ? (value as Record<string, string>)[lang.value] : value
  }
  const shown = Object.entries(event.params).map(([name, value]) => [name, told(value)])
  return t(key, Object.fromEntries(shown))
}

/** The text of a code such as supply.voltage.AC00101; nothing where there is no code. */
export const codeName = (group: string, code: string | undefined): string => (code ? t(`supply.${group}.${code}`) : '')

/** Volt-amperes → "1,250 kVA". */
export const kva = (va: number | undefined): string => (va ? `${number(va / 1000)} kVA` : '')
