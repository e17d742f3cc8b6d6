// What the pages ask the server about service incidents, and what its answers are called.
import { api, etagOf, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import { lang, t } from '@/i18n'
import type { Choice, Tone } from '@/kit'

type S = components['schemas']
export type Incident = S['Incident']
export type IncidentDetail = S['IncidentDetail']
export type IncidentEvent = S['IncidentEvent']
export type Measure = S['IncidentMeasure']
export type Grade = S['IncidentGrade']
export type Terms = S['IncidentTerms']
export type CreateInput = S['IncidentCreateInput']
export type Counts = S['IncidentCounts']
export type Figures = S['IncidentFigures']
export type Group = S['IncidentGroup']
export type Worker = S['AccessWorker']

const at = (id: string) => ({ path: { id } })
export const fetchIncident = (id: string): Promise<IncidentDetail> => unwrap(api.GET('/api/v1/incidents/{id}', { params: at(id) }))
export const createIncident = (key: string, body: CreateInput): Promise<IncidentDetail> => unwrap(api.POST('/api/v1/incidents', { params: { header: { 'Idempotency-Key': key } }, body }))
export const fetchGrades = async (): Promise<Grade[]> => (await unwrap(api.GET('/api/v1/incident-grades'))).items

/** The incidents opened from a case: the newest. */
export const fetchOfCase = async (case_id: string): Promise<Incident[]> => (await unwrap(api.GET('/api/v1/incidents', { params: { query: { case_id, limit: 50 } } }))).items

export type For = 'report' | 'keep' | 'person'
export const fetchPeople = async (org_id: string, what: For): Promise<Worker[]> => (await unwrap(api.GET('/api/v1/incidents/people', { params: { query: { org_id, for: what } } }))).items
export const peopleChoices = async (org_id: string, what: For): Promise<Choice[]> => (await fetchPeople(org_id, what)).map((p) => ({ value: p.id, label: p.name, plain: true }))

export const termsName = (g: Pick<Terms, 'name_zh' | 'name_en'>): string => (lang.value === 'en' ? g.name_en : g.name_zh)
export const signs = (g: Pick<Terms, 'signs_zh' | 'signs_en'>): string => (lang.value === 'en' ? g.signs_en : g.signs_zh)
export const gradeChoices = async (): Promise<Choice[]> => (await fetchGrades()).map((g) => ({ value: g.code, label: termsName(g), plain: true }))

export const states = ['opened', 'reported', 'concluded', 'submitted', 'closed', 'dismissed'] as const
export type State = (typeof states)[number]
export const stateName = (state: string): string => t(`incident.state_name.${state}`)
export const stateTone: Record<State, Tone> = { opened: 'bad', reported: 'warn', concluded: 'info', submitted: 'warn', closed: 'ok', dismissed: 'neutral' }
/** The states an incident goes through. */
export const stages: readonly State[] = ['opened', 'reported', 'concluded', 'submitted', 'closed']
export const measureTone: Record<Measure['state'], Tone> = { open: 'info', kept: 'ok', late: 'warn', dropped: 'neutral' }
/** Of a grade: the gravest stands out. */
export const gradeTone = (rank: number): Tone => (rank <= 2 ? 'bad' : rank === 3 ? 'warn' : 'neutral')

/** Until when an incident waits for its report or its next measure; nothing where it waits for neither. */
export const waitsUntil = (n: Pick<Incident, 'state' | 'due_at' | 'measure_due_at'>): string | undefined =>
  n.state === 'opened' ? n.due_at : n.state === 'reported' || n.state === 'concluded' ? n.measure_due_at : undefined

type Kind = 'text' | 'day' | 'grade' | 'unit' | For
export interface StepField {
  name: string
  kind: Kind
  required?: boolean
  /** Signs at most; a thousand unless said. */
  max?: number
  /** Its words, where they are not those of its name. */
  label?: string
  /** Asked only of who holds it. */
  permission?: string
}
const reason: StepField = { name: 'reason', kind: 'text', required: true }
const remark: StepField = { name: 'remark', kind: 'text' }

/** What each step asks for, in the order of the buttons. */
export const steps = {
  report: [remark],
  conclude: [{ name: 'cause', kind: 'text', required: true, max: 5000 }, { name: 'responsible_id', kind: 'unit', required: true }, { name: 'person_id', kind: 'person', permission: 'incident.person' }],
  submit: [remark],
  close: [{ ...reason, label: 'opinion' }],
  reopen: [reason],
  plan: [{ name: 'text', kind: 'text', required: true, label: 'measure' }, { name: 'owner_id', kind: 'keep', required: true, label: 'keeper_id' }, { name: 'due_day', kind: 'day', required: true }],
  keep: [{ name: 'proof', kind: 'text', required: true, max: 2000 }],
  drop: [reason],
  regrade: [{ name: 'grade', kind: 'grade', required: true }, reason],
  assign: [{ name: 'owner_id', kind: 'report', required: true }, { ...reason, required: false }],
  return: [reason],
  dismiss: [reason],
} satisfies Record<string, StepField[]>
export type Action = keyof typeof steps
const order = Object.keys(steps) as Action[]
const ofMeasures: readonly Action[] = ['plan', 'keep', 'drop']
const danger: readonly Action[] = ['return', 'dismiss']
const later: readonly Action[] = ['regrade', 'assign', ...danger]

/** The steps of the header: the buttons, and what stands behind them. A conclusion is put right behind them. */
export function headSteps(of: Pick<IncidentDetail, 'actions' | 'state'>): { buttons: Action[]; others: Action[] } {
  const possible = order.filter((a) => of.actions.includes(a) && !ofMeasures.includes(a))
  const behind = (a: Action) => later.includes(a) || (a === 'conclude' && of.state === 'concluded')
  return { buttons: possible.filter((a) => !behind(a)), others: possible.filter(behind) }
}
export const isDanger = (a: Action): boolean => danger.includes(a)

type Taken = (url: string, init: object) => Promise<{ data?: IncidentDetail; error?: unknown; response: Response }>
/** Takes a step; what it asks for is known by its dialog. */
export const takeStep = (n: Pick<Incident, 'id' | 'version'>, action: Action, body: object): Promise<IncidentDetail> =>
  unwrap((api.POST as unknown as Taken)(`/api/v1/incidents/{id}/${action}`, { params: { ...at(n.id), header: { 'If-Match': etagOf(n) } }, body }))
