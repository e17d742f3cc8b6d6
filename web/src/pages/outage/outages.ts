// What the pages ask the server about outages, and what its answers are called.
import { api, etagOf, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import { lang, t } from '@/i18n'
import type { Choice, Tone } from '@/kit'

type S = components['schemas']
export type Outage = S['Outage']
export type OutageDetail = S['OutageDetail']
export type OutageEvent = S['OutageEvent']
export type Located = S['OutageLocated']
export type Place = S['OutagePlace']
export type Limit = S['FeedbackDeadline']
export type Report = S['OutageReport']
type CreateInput = S['OutageCreateInput']

const at = (id: string) => ({ path: { id } })
export const fetchOutage = (id: string): Promise<OutageDetail> => unwrap(api.GET('/api/v1/outages/{id}', { params: at(id) }))
export const createOutage = (key: string, body: CreateInput): Promise<OutageDetail> => unwrap(api.POST('/api/v1/outages', { params: { header: { 'Idempotency-Key': key } }, body }))
export const locate = (caseId: string): Promise<Located> => unwrap(api.GET('/api/v1/cases/{id}/outage', { params: at(caseId) }))
export const fetchCauses = async (): Promise<Choice[]> => (await unwrap(api.GET('/api/v1/outage-causes'))).items.map((c) => ({ value: c.code, label: lang.value === 'en' ? c.name_en : c.name_zh, plain: true }))

/** The steps that have a dialog, in the order they are offered. */
export const actions = ['dispatch', 'arrive', 'restore', 'close', 'relocate', 'cancel'] as const
export type Action = (typeof actions)[number]

type Taken = (url: string, init: object) => Promise<{ data?: OutageDetail; error?: unknown; response: Response }>
/** Takes a step; what it asks for is known by its dialog. */
export const takeStep = (o: Pick<Outage, 'id' | 'version'>, action: Action | 'join' | 'leave', body: object): Promise<OutageDetail> =>
  unwrap((api.POST as unknown as Taken)(`/api/v1/outages/{id}/${action}`, { params: { ...at(o.id), header: { 'If-Match': etagOf(o) } }, body }))

export const states = ['reported', 'dispatched', 'arrived', 'restored', 'closed', 'cancelled'] as const
export const areas = ['urban', 'rural', 'remote'] as const
export const stateName = (state: string): string => t(`outage.state_name.${state}`)
export const stateTone: Record<Outage['state'], Tone> = { reported: 'bad', dispatched: 'warn', arrived: 'warn', restored: 'ok', closed: 'neutral', cancelled: 'neutral' }

export const underWay = (o: Pick<Outage, 'state'>): boolean => ['reported', 'dispatched', 'arrived'].includes(o.state)

/** Name and number of where it is. */
export const placeText = (o: Pick<Outage, 'place_name' | 'place_no'>): string => [o.place_name, o.place_no].filter(Boolean).join(' · ')

/** Who was sent; nothing while nobody is. */
export const crewText = (o: Pick<Outage, 'crew' | 'unit_name'>): string => (o.crew ? [o.crew, o.unit_name].filter(Boolean).join(' · ') : '')
