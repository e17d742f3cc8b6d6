import { dateTime, day } from '@/format/format'
import { t } from '@/i18n'

/** A time as the server tells it: from a moment, until before another; absent is no limit. */
export interface Period {
  from?: string
  until?: string
}
export type GrantState = 'coming' | 'running' | 'ended' | 'retired'
export const stateTone = { coming: 'info', running: 'ok', ended: 'neutral', retired: 'neutral' } as const

const DAY_MS = 86_400_000
const atMidnight = (instant: string) => dateTime(instant).endsWith(' 00:00')

/** The first moment of a Beijing day. */
export const dayStart = (value: string): string => `${value}T00:00:00+08:00`
/** The moment after a Beijing day. */
export const dayEnd = (value: string): string => dayStart(day(Date.parse(dayStart(value)) + DAY_MS))
/** The last day of a time that ends before a moment. */
export const lastDay = (until: string): string => day(Date.parse(until) - 1)

/** What an editor shows of a limit: its day and, unless the day counts whole, the time of day in Beijing. */
export interface Limit {
  day: string
  time: string
}
const timeOf = (instant: string) => (atMidnight(instant) ? '' : dateTime(instant).slice(-5))
const instantOf = (at: Limit): string => `${at.day}T${at.time}:00+08:00`

/** From a moment: the day begins it, or a time of the day. */
export const beginOf = (from?: string): Limit => (from ? { day: day(from), time: timeOf(from) } : { day: '', time: '' })
export const fromOf = (at: Limit): string | undefined => (at.day ? (at.time ? instantOf(at) : dayStart(at.day)) : undefined)
/** Before a moment: the day counts to its end, or to a time of it. */
export const endOf = (until?: string): Limit => (until ? { day: atMidnight(until) ? lastDay(until) : day(until), time: timeOf(until) } : { day: '', time: '' })
export const untilOf = (at: Limit): string | undefined => (at.day ? (at.time ? instantOf(at) : dayEnd(at.day)) : undefined)

/** "自 2026-12-01 起", "至 2026-12-31", both, or nothing for a time without limits; hours only where they matter. */
export function periodText({ from, until }: Period): string {
  const begin = from && (atMidnight(from) ? day(from) : dateTime(from))
  const end = until && (atMidnight(until) ? lastDay(until) : dateTime(until))
  if (begin && end) return t('access.period', { from: begin, until: end })
  if (begin) return t('access.period_from', { from: begin })
  return end ? t('access.period_until', { until: end }) : ''
}
