import type { Case, CaseDetail, Circumstance, CreateInput, Facts } from '../types'

export interface IntakeValues {
  org_id: string
  type: Case['type']
  category: string
  channel: Case['channel']
  source: Case['source']
  area: Case['area']
  circumstances: Circumstance[]
  secret: boolean
  anonymous: boolean
  quiet: boolean
  customer_id: string
  caller_name: string
  caller_phone: string
  place: string
  title: string
  text: string
  answer: string
}

export const emptyIntake = (org_id: string, known: Partial<IntakeValues> = {}): IntakeValues => ({
  org_id, type: 'complaint', category: '', channel: 'phone', source: 'active', area: 'urban', circumstances: [], secret: false, anonymous: false, quiet: false,
  customer_id: '', caller_name: '', caller_phone: '', place: '', title: '', text: '', answer: '', ...known,
})

export const intakeOf = (c: CaseDetail): IntakeValues => ({
  org_id: c.org_id, type: c.type, category: c.category, channel: c.channel, source: c.source, area: c.area, circumstances: c.circumstances as Circumstance[], secret: c.secret, anonymous: c.anonymous, quiet: c.quiet,
  customer_id: c.customer_id ?? '', caller_name: c.caller_name ?? '', caller_phone: c.caller_phone ?? '', place: c.place ?? '', title: c.title, text: c.text, answer: '',
})

/** What is known of the matter, as the server wants it; equipment and account of the case stay. */
export function factsOf(v: IntakeValues, was?: Pick<CaseDetail, 'account_id' | 'equipment_id'>): Facts {
  return {
    type: v.type, category: v.category, channel: v.channel, source: v.source, area: v.area, circumstances: v.circumstances, secret: v.secret, anonymous: v.anonymous, quiet: v.quiet,
    customer_id: v.anonymous ? undefined : v.customer_id || undefined, account_id: was?.account_id, equipment_id: was?.equipment_id,
    caller_name: v.caller_name, caller_phone: v.caller_phone, place: v.place, title: v.title, text: v.text,
  }
}

export const createInput = (v: IntakeValues): CreateInput => ({ ...factsOf(v), org_id: v.org_id || undefined, answer: v.answer.trim() || undefined })

export const labels: Record<string, string> = Object.fromEntries(
  ['type', 'category', 'channel', 'source', 'area', 'circumstances', 'secret', 'anonymous', 'quiet', 'caller_name', 'caller_phone', 'place', 'title', 'text', 'answer'].map((k) => [k, `feedback_ui.${k}`]).concat([['customer_id', 'feedback_ui.customer'], ['org_id', 'org.company']]),
)
