// What a calendar is to its reader. Pure.
import type { components } from '@/api/schema'
import type { Tone } from '@/kit'

export type Overview = components['schemas']['CalendarOverview']
export type Detail = components['schemas']['CalendarDetail']
export type Check = components['schemas']['CalendarCheck']
export type YearFile = components['schemas']['WhenYear']
export type Day = components['schemas']['WhenDate']
export type Explanation = components['schemas']['WhenExplanation']
export type Step = components['schemas']['WhenStep']

/** Kinds of days that bear a sign. */
export const marked = ['holiday', 'make_up'] as const

export const kindTones: Record<Day['kind'], Tone> = { unknown: 'neutral', weekday: 'neutral', make_up: 'warn', weekend: 'neutral', holiday: 'ok' }

/** Days of the week, Monday first, as 1 to 7. */
export const week = [1, 2, 3, 4, 5, 6, 7] as const

/** 1 for Monday to 7 for Sunday. */
export const weekdayOf = (day: string): number => ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1

/** A run of days that the notice names alike. */
export interface Run {
  from: string
  to: string
  name: string
  kind: Day['kind']
}

export interface Month {
  /** 1 to 12 */
  month: number
  /** Weeks from Monday; days of other months are absent. */
  weeks: (Day | undefined)[][]
  runs: Run[]
}

/** The days of a year as twelve months. */
export function monthsOf(days: readonly Day[]): Month[] {
  return Array.from({ length: 12 }, (_, i) => monthOf(i + 1, days.filter((d) => Number(d.day.slice(5, 7)) === i + 1))).filter((m) => m.weeks.length)
}

function monthOf(month: number, days: readonly Day[]): Month {
  const weeks: (Day | undefined)[][] = []
  for (const d of days) {
    const at = weekdayOf(d.day) - 1
    if (!weeks.length || at === 0) weeks.push(Array<Day | undefined>(7).fill(undefined))
    ;(weeks.at(-1) as (Day | undefined)[])[at] = d
  }
  return { month, weeks, runs: runsOf(days) }
}

/** The named days, those beside each other together. */
export function runsOf(days: readonly Day[]): Run[] {
  const runs: Run[] = []
  let open: Run | undefined
  for (const d of days) {
    if (!d.name) open = undefined
    else if (open?.name === d.name && open.kind === d.kind) open.to = d.day
    else runs.push((open = { from: d.day, to: d.day, name: d.name, kind: d.kind }))
  }
  return runs
}

/** The year a task or an entry of the audit log is about: its identifier ends with it. */
export const yearOfObject = (id: string): number => parseInt(id.slice(-4), 16)

/** What is wrong with a file, as a catalogue key; otherwise the calendar in it. */
export function readFile(text: string): { file?: YearFile; error?: string } {
  try {
    const raw = JSON.parse(text.replace(/^\uFEFF/, '')) as Partial<YearFile>
    if (!Array.isArray(raw.days) || typeof raw.year !== 'number') return { error: 'calendar.no_calendar' }
    const days = raw.days.map(({ name, date, isOffDay }) => ({ name, date, isOffDay }))
    return { file: { year: raw.year, notice: raw.notice ?? '', papers: raw.papers ?? [], days } }
  } catch {
    return { error: 'problem.field.not_json' }
  }
}
