// What cases, their states and their limits are called, and how they look.
import { t, hasText, lang } from '@/i18n'
import { dateTime } from '@/format/format'
import type { Choice, Tone } from '@/kit'
import type { Case, CaseState, Category } from './types'

export const typeName = (type: string): string => t(`feedback.type.${type}`)
export const stateName = (state: string): string => t(`feedback.state_name.${state}`)
export const channelName = (channel: string): string => t(`feedback.channel.${channel}`)
export const stageName = (stage: string): string => t(`feedback.stage.${stage}`)
export const circumstanceName = (code: string): string => t(`feedback.circumstance.${code}`)
export const severityName = (grid: string, level: number): string => t(`feedback.severity.${grid.toLowerCase()}.${level}`)
/** A word that may have none: what a newer server says is shown as it came. */
export const wordOf = (key: string, code: string): string => (hasText(`${key}.${code}`) ? t(`${key}.${code}`) : code)

export const stateTone: Record<CaseState, Tone> = {
  registered: 'warn', dispatched: 'info', accepted: 'accent', waiting: 'neutral', resolved: 'info', closed: 'ok', withdrawn: 'neutral', joined: 'neutral',
}
export const severityTone = (level: number): Tone => (level === 1 ? 'bad' : level === 2 ? 'warn' : 'neutral')

export const own = (values: readonly string[], name: (v: string) => string): Choice[] => values.map((v) => ({ value: v, label: name(v), plain: true }))

export interface Due {
  /** "near" is rose: two days at most are left. */
  tone: 'neutral' | 'near' | 'warn' | 'bad'
  /** "答复 · 剩 3 小时", "答复 · 超时 2 天". */
  text: string
  at: string
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const NEAR = 2 * DAY

/** How long, in the unit that tells enough: "3 天", "5 小时", "20 分钟". */
export function span(ms: number): string {
  if (ms >= 2 * DAY) return t('feedback_ui.span.days', { n: Math.floor(ms / DAY) })
  if (ms >= HOUR) return t('feedback_ui.span.hours', { n: Math.floor(ms / HOUR) })
  return t('feedback_ui.span.minutes', { n: Math.max(1, Math.floor(ms / MINUTE)) })
}

type Limited = Pick<Case, 'due_at' | 'due_stage' | 'due_state' | 'state' | 'ended_at'>

/** What a case is due by, in words and colour; nothing once it has ended. */
export function dueOf(c: Limited, now: number): Due | undefined {
  if (c.ended_at || !c.due_stage) return undefined
  const stage = stageName(c.due_stage)
  if (c.due_state === 'paused') return { tone: 'neutral', text: t('feedback_ui.due.paused', { stage }), at: '' }
  if (c.due_state === 'calendar_missing') return { tone: 'warn', text: t('feedback_ui.due.calendar_missing', { stage }), at: '' }
  if (!c.due_at) return undefined
  const left = Date.parse(c.due_at) - now
  const at = dateTime(c.due_at)
  if (left < 0) return { tone: 'bad', text: t('feedback_ui.due.overdue', { stage, span: span(-left) }), at }
  return { tone: left < NEAR ? 'near' : 'neutral', text: t('feedback_ui.due.left', { stage, span: span(left) }), at }
}

export const categoryName = (c: Pick<Category, 'name_zh' | 'name_en'>): string => (lang.value === 'en' ? c.name_en : c.name_zh)

/** A category with those above it: "停送电 / 停电信息". */
export function categoryWay(all: readonly Category[], code: string): string {
  const names: string[] = []
  for (let at = all.find((c) => c.code === code); at && names.length < all.length; at = all.find((c) => c.code === at?.parent)) names.unshift(categoryName(at))
  return names.join(' / ') || code
}
