import type { Interaction, InteractionInput } from '../types'

/** A contact as the form holds it; the cost in yuan, as people speak of it. */
export interface InteractionValues {
  mode: InteractionInput['mode']
  at: string
  purpose: string
  place: string
  content: string
  services: string[]
  support: string[]
  yuan?: number
}

const empty = (now: Date): InteractionValues => ({ mode: 'call', at: now.toISOString(), purpose: '', place: '', content: '', services: [], support: [], yuan: undefined })

/** The form's values of a contact on record, or of a new one made now. */
export function valuesOf(i: Interaction | undefined, now: Date): InteractionValues {
  if (!i) return empty(now)
  const { mode, at, purpose, place, content, services, support, cost_fen } = i
  const known = Object.entries({ mode, at, purpose, place, content, services, support }).filter(([, v]) => v != null)
  return { ...empty(now), ...Object.fromEntries(known), yuan: cost_fen ? cost_fen / 100 : undefined }
}

export const inputOf = (v: InteractionValues): InteractionInput => ({
  mode: v.mode,
  at: new Date(v.at).toISOString(),
  purpose: v.purpose.trim() || undefined,
  place: v.place.trim() || undefined,
  content: v.content.trim() || undefined,
  services: v.services,
  support: v.support,
  cost_fen: v.yuan ? Math.round(v.yuan * 100) : undefined,
})
