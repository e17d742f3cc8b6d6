// What each step of a case asks for. The dialog is made of it.
import { api, etagOf, unwrap } from '@/api/client'
import { findings, type CaseDetail } from '../types'

export type StepKind = 'text' | 'line' | 'unit' | 'person' | 'choice' | 'tick' | 'moment' | 'case' | 'type' | 'category'
export interface StepField {
  name: string
  kind: StepKind
  required?: boolean
  options?: readonly string[]
  /** Shown, and then sent, only while this holds. */
  when?: (values: StepValues) => boolean
  initial?: StepValue
  rows?: number
  /** Words to the customer. */
  spoken?: boolean
  /** Signs at most; a thousand unless said. */
  max?: number
}
export type StepValue = string | boolean
export type StepValues = Record<string, StepValue>

export interface Step {
  fields: StepField[]
  danger?: boolean
  /** The button beside the others that is the next thing to do. */
  main?: boolean
}

const reason = (required = true): StepField => ({ name: 'reason', kind: 'text', required })
const give: StepField[] = [{ name: 'unit_id', kind: 'unit', required: true }, { name: 'owner_id', kind: 'person' }]
const dissatisfied = (v: StepValues) => v.verdict === 'dissatisfied'

/** In the order of the buttons. */
export const steps: Record<string, Step> = {
  accept: { fields: [], main: true },
  dispatch: { fields: [...give, reason(false)], main: true },
  resume: { fields: [], main: true },
  verdict: {
    main: true,
    fields: [
      { name: 'verdict', kind: 'choice', options: ['satisfied', 'dissatisfied'], required: true, initial: 'satisfied' },
      { name: 'by', kind: 'choice', options: ['call', 'link', 'letter', 'visit'], required: true, initial: 'call' },
      { name: 'timely', kind: 'tick', initial: true },
      { name: 'reasonable', kind: 'tick', initial: true },
      { name: 'fair', kind: 'tick', initial: true },
      { name: 'text', kind: 'text', rows: 3, max: 2000 },
      { name: 'unit_id', kind: 'unit', when: dissatisfied },
      { name: 'owner_id', kind: 'person', when: dissatisfied },
    ],
  },
  resolve: {
    main: true,
    fields: [
      { name: 'answer', kind: 'text', required: true, spoken: true, rows: 4, max: 5000 },
      { name: 'finding', kind: 'choice', options: findings },
      { name: 'cause', kind: 'text', rows: 2, max: 2000 },
      { name: 'measures', kind: 'text', rows: 2, max: 2000 },
    ],
  },
  progress: {
    fields: [
      { name: 'milestone', kind: 'choice', options: ['contacted', 'arrived', 'restored'], required: true, initial: 'contacted' },
      { name: 'at', kind: 'moment' },
      { name: 'text', kind: 'text', rows: 2, max: 2000 },
    ],
  },
  pause: { fields: [reason(), { name: 'evidence', kind: 'text', required: true, rows: 2 }] },
  transfer: { fields: [...give, reason()] },
  assign: { fields: [{ name: 'owner_id', kind: 'person', required: true }, reason(false)] },
  return: { fields: [reason()] },
  reopen: { fields: [reason(), { name: 'unit_id', kind: 'unit' }, { name: 'owner_id', kind: 'person' }] },
  close: { fields: [{ name: 'reason', kind: 'choice', options: ['unreachable', 'declined', 'anonymous', 'not_needed'], required: true }, { name: 'text', kind: 'text', rows: 2 }] },
  join: { fields: [{ name: 'lead_id', kind: 'case', required: true }, reason(false)], danger: true },
  split: { fields: [{ name: 'type', kind: 'type', required: true, initial: 'complaint' }, { name: 'category', kind: 'category', required: true }, { name: 'title', kind: 'line' }, { name: 'text', kind: 'text', required: true, rows: 4, max: 5000 }] },
  withdraw: { fields: [reason()], danger: true },
}

export const shownFields = (step: Step, values: StepValues): StepField[] => step.fields.filter((f) => !f.when || f.when(values))
/** A dissatisfied customer's own words say why the case is opened again. */
export const needed = (action: string, f: StepField, values: StepValues): boolean => !!f.required || (action === 'verdict' && f.name === 'text' && dissatisfied(values))

export const initialOf = (step: Step): StepValues => Object.fromEntries(step.fields.map((f) => [f.name, f.initial ?? (f.kind === 'tick' ? false : '')]))

/** What is sent: fields that are shown and filled. */
export function bodyOf(step: Step, values: StepValues): Record<string, StepValue> {
  const sent = shownFields(step, values).map((f): [string, StepValue] => [f.name, typeof values[f.name] === 'string' ? String(values[f.name]).trim() : (values[f.name] ?? false)])
  return Object.fromEntries(sent.filter(([, value]) => value !== ''))
}

type Taken = (url: string, init: object) => Promise<{ data?: CaseDetail; error?: unknown; response: Response }>

/** Takes a step; which body belongs to which is known by the table above. */
export const takeStep = (c: Pick<CaseDetail, 'id' | 'version'>, action: string, body?: object): Promise<CaseDetail> =>
  unwrap((api.POST as unknown as Taken)(`/api/v1/cases/{id}/${action}`, { params: { path: { id: c.id }, header: { 'If-Match': etagOf(c) } }, body }))
