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

/** "自 2026-12-01 起", "至 2026-12-31", both, or nothing for a time without limits; hours only where they matter. */
export function periodText({ from, until }: Period): string {
  const begin = from && (atMidnight(from) ? day(from) : dateTime(from))
  const end = until && (atMidnight(until) ? lastDay(until) : dateTime(until))
  if (begin && end) return t('access.period', { from: begin, until: end })
  if (begin) return t('access.period_from', { from: begin })
  return end ? t('access.period_until', { until: end }) : ''
}
