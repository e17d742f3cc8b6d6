import { t } from '@/i18n'

const units: Record<string, string> = { m: 'minutes', h: 'hours', d: 'days', wd: 'working_days' }

/** A limit as rules write it, in words: "5wd" → "5 个工作日". */
export function limitText(limit: string): string {
  const [, n, unit = ''] = /^(\d+)(m|h|d|wd)$/.exec(limit) ?? []
  return n && units[unit] ? t(`feedback_ui.limit_unit.${units[unit]}`, { n: Number(n) }) : limit
}
