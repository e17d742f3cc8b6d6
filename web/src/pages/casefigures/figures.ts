// What figures of cases are asked by, what their groups are called, and where they lead. Pure but for names.
import type { LocationQuery, RouteLocationRaw } from 'vue-router'
import type { components } from '@/api/schema'
import { NONE, percent } from '@/format/format'
import { t } from '@/i18n'
import { channelName, span, typeName } from '@/pages/feedback/names'
import { channels, types, type CaseType } from '@/pages/feedback/types'

type S = components['schemas']
export type Tally = S['FeedbackTally']
export type Group = S['FeedbackGroup']
export type Causes = S['FeedbackCauses']
export type Effect = S['FeedbackEffect']
export type Stay = S['FeedbackStay']
export type Trend = S['FeedbackTrend']
export type PointFigure = S['FeedbackPointFigure']
export type MonthReport = S['FeedbackMonthReport']

export const ways = ['category', 'unit', 'channel', 'point', 'policy', 'finding', 'owner', 'type'] as const
export type Way = (typeof ways)[number]
export const grains = ['month', 'week', 'day'] as const
export type Grain = (typeof grains)[number]
export const measures = ['cases', 'complaints', 'late', 'repeat', 'dissatisfied', 'solve'] as const
export type Measure = (typeof measures)[number]

const oneOf = <T extends string>(all: readonly T[], text: unknown, otherwise: T): T => all.find((x) => x === text) ?? otherwise
export const wayOf = (text: unknown): Way => oneOf(ways, text, 'category')
export const grainOf = (text: unknown): Grain => oneOf(grains, text, 'month')
export const measureOf = (text: unknown): Measure => oneOf(measures, text, 'cases')

/** Which cases are counted. */
export interface Asked {
  from: string
  to: string
  type?: CaseType[]
  channel?: (typeof channels)[number]
  org_id?: string
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
const text = (v: unknown): string => (typeof v === 'string' ? v : '')

/** What the address asks for; without days the twelve months that end today. */
export function askedOf(query: LocationQuery, today: string, org_id?: string): Asked {
  const year = `${Number(today.slice(0, 4)) - 1}${today.slice(4, 8)}01`
  const from = DAY.test(text(query.from)) ? text(query.from) : year
  const to = DAY.test(text(query.to)) ? text(query.to) : today
  const type = text(query.type).split(',').filter((x): x is CaseType => types.includes(x as CaseType))
  const channel = channels.find((c) => c === query.channel)
  return { from, to, ...(type.length && { type }), ...(channel && { channel }), ...(org_id && { org_id }) }
}

/** What a group is called. */
export function groupName(by: Way, g: Pick<Group, 'key' | 'name'>): string {
  if (!g.key) return t(`casefigures.none.${by}`)
  if (by === 'type') return typeName(g.key)
  if (by === 'channel') return channelName(g.key)
  if (by === 'finding') return t(`feedback_ui.option.${g.key}`)
  return g.name || g.key
}

const params: Record<Way, string> = { category: 'category', unit: 'unit_id', channel: 'channel', point: 'point', policy: 'policy', finding: 'finding', owner: 'owner_id', type: 'type' }

/** The cases of a group; none for what no list is filtered by. */
export function casesOf(a: Asked, by?: Way, key?: string): RouteLocationRaw | undefined {
  if (by && !key) return undefined
  const query: Record<string, string> = { tab: 'all', received: `${a.from}..${a.to}`, counted: 'yes' }
  if (a.type) query.type = a.type.join(',')
  if (a.channel) query.channel = a.channel
  if (by && key) query[params[by]] = key
  return { name: 'cases', query }
}

const MINUTE = 60_000
/** A time in minutes, in the unit that tells enough. */
export const took = (minutes: number, of: number): string => (of ? span(minutes * MINUTE) : NONE)
export const part = (some: number, of: number): string => (of ? percent(some / of) : NONE)
export const permille = (n: number): string => percent(n / 1000)

/** A figure of a tally, in words and as a number. */
export interface TallyColumn {
  key: string
  text: (x: Tally) => string
  value: (x: Tally) => number | null
}
export const tallyColumns: TallyColumn[] = [
  { key: 'cases', text: (x) => String(x.cases), value: (x) => x.cases },
  { key: 'kept', text: (x) => part(x.kept, x.kept + x.late), value: (x) => ratio(x.kept, x.kept + x.late) },
  { key: 'contact', text: (x) => took(x.contact_min.p50, x.contacted), value: (x) => (x.contacted ? x.contact_min.p50 : null) },
  { key: 'solve', text: (x) => took(x.solve_min.p50, x.solved), value: (x) => (x.solved ? x.solve_min.p50 : null) },
  { key: 'solve90', text: (x) => took(x.solve_min.p90, x.solved), value: (x) => (x.solved ? x.solve_min.p90 : null) },
  { key: 'repeat', text: (x) => part(x.repeats, x.cases), value: (x) => ratio(x.repeats, x.cases) },
  { key: 'satisfied', text: (x) => part(x.satisfied, x.satisfied + x.dissatisfied), value: (x) => ratio(x.satisfied, x.satisfied + x.dissatisfied) },
]
/** Those that fit a sheet of paper. */
export const paperColumns = tallyColumns.filter((c) => c.key !== 'contact' && c.key !== 'solve90')
const ratio = (some: number, of: number): number | null => (of ? some / of : null)
