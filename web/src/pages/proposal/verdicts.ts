import type { CustomerValues } from '@/pages/customer/edit/draft'
import { emptyValues } from '@/pages/customer/edit/draft'
import type { CustomerKind } from '@/pages/customer/types'
import type { ProposalDetail, ProposalItem, Verdict } from './proposals'

/** A verdict that is being made; nothing is chosen yet where choice is empty. */
export interface Choice {
  choice: '' | 'accept' | 'reject'
  word: string
}

export const emptyChoices = (items: ProposalItem[]): Record<string, Choice> => Object.fromEntries(items.map((i) => [i.key, { choice: '', word: '' }]))

/** Accepts what nobody changed since; the rest is looked at one by one. */
export function acceptAll(items: ProposalItem[], choices: Record<string, Choice>): void {
  for (const { key, conflict } of items) {
    const made = choices[key]
    if (made && !conflict) made.choice = 'accept'
  }
}

export const toSend = (choices: Record<string, Choice>): Verdict[] =>
  Object.entries(choices).map(([key, { choice, word }]) => (choice === 'accept' ? { key, accept: true } : { key, accept: false, word: word.trim() }))

/** How many are accepted, rejected (of them without a word yet), and still open. */
export function count(choices: Record<string, Choice>) {
  const all = Object.values(choices)
  const rejected = all.filter((c) => c.choice === 'reject')
  return {
    accepted: all.filter((c) => c.choice === 'accept').length,
    rejected: rejected.length,
    wordless: rejected.filter((c) => !c.word.trim()).length,
    open: all.filter((c) => !c.choice).length,
  }
}

/** What the proposed customer looks like beside those who may be the same. */
export function valuesOf(p: ProposalDetail): CustomerValues {
  const values = emptyValues(p.org_id)
  const proposed = new Map(p.items.flatMap((i) => i.parts).map((part) => [part.path, part.proposed ?? '']))
  const of = (list: string, field: string) => [...proposed].filter(([path]) => path.startsWith(`${list}[`) && path.endsWith(`].${field}`))
  values.name = proposed.get('name') || p.customer_name
  values.kind = (proposed.get('kind') as CustomerKind) || values.kind
  values.person.birth_date = proposed.get('person.birth_date') ?? ''
  values.contacts = of('contacts', 'value').map(([path, value]) => ({
    kind: proposed.get(path.replace('].value', '].kind')) as 'phone', value, label: '', person: '', primary: false,
  }))
  values.certificates = of('certificates', 'number').map(([, number]) => ({ kind: 'other', number, valid_until: '' }))
  return values
}
