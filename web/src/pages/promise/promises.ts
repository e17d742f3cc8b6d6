// What the pages ask the server about promises, and what its answers are called.
import { api, etagOf, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import { money } from '@/format/format'
import { lang, t } from '@/i18n'
import type { Choice, Tone } from '@/kit'
import { limitText } from '@/pages/feedback/limit'
import { companies, currentOrg } from '@/session/session'

type S = components['schemas']
export type Promised = S['Promise']
export type PromiseDetail = S['PromiseDetail']
export type PromiseEvent = S['PromiseEvent']
export type PromiseType = S['PromiseType']
export type Terms = S['PromiseTerms']
export type TypeInput = S['PromiseTypeInput']
export type CreateInput = S['PromiseCreateInput']
export type Preview = S['PromisePreview']
export type Counts = S['PromiseCounts']
export type Figures = S['PromiseFigures']
export type Group = S['PromiseGroup']
export type Worker = S['AccessWorker']
export type Source = NonNullable<Promised['source_type']>

/** The company promises and types are of, where none is chosen. */
export const ownOrg = (): string => (currentOrg.value ?? companies.value[0])?.id ?? ''

const at = (id: string) => ({ path: { id } })
export const fetchPromise = (id: string): Promise<PromiseDetail> => unwrap(api.GET('/api/v1/promises/{id}', { params: at(id) }))
export const createPromise = (key: string, body: CreateInput): Promise<PromiseDetail> => unwrap(api.POST('/api/v1/promises', { params: { header: { 'Idempotency-Key': key } }, body }))
export const preview = (org_id: string, type: string, value: number): Promise<Preview> => unwrap(api.POST('/api/v1/promises/preview', { body: { org_id, type, value } }))
export const fetchTypes = async (org_id: string): Promise<PromiseType[]> => (await unwrap(api.GET('/api/v1/promise-types', { params: { query: { org_id } } }))).items
export const fetchPeople = async (org_id: string): Promise<Worker[]> => (await unwrap(api.GET('/api/v1/promises/people', { params: { query: { org_id } } }))).items

/** The promises made in something, or to a customer: the newest. */
export const fetchAbout = async (query: { source_id?: string; customer_id?: string }): Promise<Promised[]> => (await unwrap(api.GET('/api/v1/promises', { params: { query: { ...query, limit: 50 } } }))).items

export const actions = ['approve', 'keep', 'assign', 'reopen', 'refuse', 'break', 'withdraw'] as const
export type Action = (typeof actions)[number]

type Taken = (url: string, init: object) => Promise<{ data?: PromiseDetail; error?: unknown; response: Response }>
/** Takes a step; what it asks for is known by its dialog. */
export const takeStep = (p: Pick<Promised, 'id' | 'version'>, action: Action, body: object): Promise<PromiseDetail> =>
  unwrap((api.POST as unknown as Taken)(`/api/v1/promises/{id}/${action}`, { params: { ...at(p.id), header: { 'If-Match': etagOf(p) } }, body }))

export const states = ['awaiting', 'open', 'kept', 'late', 'broken', 'withdrawn', 'refused'] as const
export const stateName = (state: string): string => t(`promise.state_name.${state}`)
export const stateTone: Record<Promised['state'], Tone> = { awaiting: 'warn', open: 'info', kept: 'ok', late: 'warn', broken: 'bad', withdrawn: 'neutral', refused: 'neutral' }

export const live = (p: Pick<Promised, 'state'>): boolean => p.state === 'awaiting' || p.state === 'open'

/** How much is promised: "4 小时内", "至多 ¥200.00". */
export const amountText = (unit: string, value: number): string =>
  unit === 'fen' ? t('promise.up_to', { amount: money(value) }) : t('promise.within', { limit: limitText(`${value}${unit}`) })
/** The amount alone: "4 小时", "¥200.00". */
export const bareAmount = (unit: string, value: number): string => (unit === 'fen' ? money(value) : limitText(`${value}${unit}`))

export const termsName = (terms: Pick<Terms, 'name_zh' | 'name_en'>): string => (lang.value === 'en' ? terms.name_en : terms.name_zh)

/** The types that may be promised today, "other" last. */
export function typeChoices(all: readonly PromiseType[]): Choice[] {
  const rank = (x: PromiseType) => Number(x.code === 'other')
  return all.filter((x) => x.promised).sort((a, b) => rank(a) - rank(b)).map((x) => ({ value: x.code, label: termsName(x), plain: true }))
}

/** Whether a promise is more generous than a bound: a shorter time, a larger amount. */
export const beyond = (unit: string, value: number, bound: number): boolean => (unit === 'fen' ? value > bound : value < bound)

/** Thousandths as "97.5 %"; nothing while none has come due. */
export const rateText = (g: Pick<Group, 'rate'>, format: (part: number) => string): string => (g.rate < 0 ? '' : format(g.rate / 1000))
