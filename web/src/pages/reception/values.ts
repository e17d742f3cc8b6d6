// What the form of a visit holds, and what of it is sent. Pure.
import type { Reception, ReceptionInput } from './types'

export interface VisitValues {
  org_id: string
  name: string
  phone: string
  arrived_at: string
  left_at: string
  employer: string
  intention: string
  home_address: string
  looks: string
  course: string
}

export const emptyVisit = (org_id: string, now: Date): VisitValues => ({
  org_id,
  name: '',
  phone: '',
  arrived_at: now.toISOString(),
  left_at: '',
  employer: '',
  intention: '',
  home_address: '',
  looks: '',
  course: '',
})

/** The form's values of a visit on record. */
export function visitOf(r: Reception): VisitValues {
  const { org_id, name, phone = '', arrived_at, left_at = '', employer = '', intention = '', home_address = '', looks = '', course = '' } = r
  return { org_id, name, phone, arrived_at, left_at, employer, intention, home_address, looks, course }
}

const instant = (text: string) => (text ? new Date(text).toISOString() : undefined)
const words = (text: string) => text.trim() || undefined

export const visitInput = (v: VisitValues): ReceptionInput => ({
  org_id: v.org_id || undefined,
  name: v.name.trim(),
  phone: words(v.phone),
  arrived_at: instant(v.arrived_at),
  left_at: instant(v.left_at),
  employer: words(v.employer),
  intention: words(v.intention),
  home_address: words(v.home_address),
  looks: words(v.looks),
  course: words(v.course),
})
