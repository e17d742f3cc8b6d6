import { dateTime, day } from '@/format/format'
import { t } from '@/i18n'
import type { Task } from '@/api/types'

export type DueGroup = 'overdue' | 'today' | 'week' | 'later' | 'none'
export const dueGroups: DueGroup[] = ['overdue', 'today', 'week', 'later', 'none']

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A task due "on a day" is due at the day's last minute; it is then shown without the time. */
const END_OF_DAY = '23:59'

/** The instant at which a day "2026-11-22" (Beijing) ends. */
export const endOfDay = (value: string): string => `${value}T${END_OF_DAY}:00+08:00`

/** The day `n` days after the instant, in Beijing. */
export const dayAfter = (now: number, n: number): string => day(now + n * DAY)

/** Under which heading a task stands. */
export function dueGroup(task: Pick<Task, 'due_at'>, now: number): DueGroup {
  if (!task.due_at) return 'none'
  const due = new Date(task.due_at).getTime()
  if (due < now) return 'overdue'
  const on = day(due)
  if (on === day(now)) return 'today'
  return on <= dayAfter(now, 7) ? 'week' : 'later'
}

/** When it is due, in few words: "已逾期 2 天", "今天 16:00", "明天", "2026-11-28 周六". */
export function dueText(task: Pick<Task, 'due_at'>, now: number): string {
  if (!task.due_at) return ''
  const due = new Date(task.due_at).getTime()
  if (due < now) return lateText(now - due)
  const [on = '', time = ''] = dateTime(due).split(' ')
  const clock = time === END_OF_DAY ? '' : ` ${time}`
  if (on === day(now)) return t('task.today') + clock
  if (on === dayAfter(now, 1)) return t('task.tomorrow') + clock
  return `${on} ${t(`task.weekday.${new Date(`${on}T00:00:00Z`).getUTCDay()}`)}${clock}`
}

function lateText(late: number): string {
  if (late >= DAY) return t('task.late_days', { n: Math.floor(late / DAY) })
  return late >= HOUR ? t('task.late_hours', { n: Math.floor(late / HOUR) }) : t('task.late_now')
}

/** Tasks under their headings, in the order the server gives: the most urgent first. */
export function byDue<T extends Pick<Task, 'due_at'>>(tasks: readonly T[], now: number): { group: DueGroup; tasks: T[] }[] {
  return dueGroups
    .map((group) => ({ group, tasks: tasks.filter((x) => dueGroup(x, now) === group) }))
    .filter((g) => g.tasks.length > 0)
}
