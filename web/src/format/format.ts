import { langTag } from '@/i18n'

// The platform's clock is the grid company's: every instant is shown in Beijing time, wherever the reader sits.
const ZONE = 'Asia/Shanghai'
const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>()

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `n${langTag()}${JSON.stringify(options)}`
  if (!cache.has(key)) cache.set(key, new Intl.NumberFormat(langTag(), options))
  return cache.get(key) as Intl.NumberFormat
}

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d${langTag()}${JSON.stringify(options)}`
  if (!cache.has(key)) cache.set(key, new Intl.DateTimeFormat(langTag(), { timeZone: ZONE, ...options }))
  return cache.get(key) as Intl.DateTimeFormat
}

/** What is shown where there is no value. */
export const NONE = '–'

/** 12345.6 → "12,345.6", at most `digits` decimals. */
export function number(value: number | null | undefined, digits = 3): string {
  return value == null || Number.isNaN(value) ? NONE : numberFormat({ maximumFractionDigits: digits }).format(value)
}

/** 0.4567 → "0.457": always `digits` decimals, for columns of statistics. */
export function fixed(value: number | null | undefined, digits = 3): string {
  if (value == null || Number.isNaN(value)) return NONE
  return numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
}

/** 0.98 → "98.0%": always `digits` decimals, so that a column's points stand below each other. */
export function percent(part: number | null | undefined, digits = 1): string {
  return part == null ? NONE : numberFormat({ style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(part)
}

/** 0.108 → "+10.8%": by how much something grew. */
export function change(part: number | null | undefined, digits = 1): string {
  return part == null ? NONE : numberFormat({ style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: 'exceptZero' }).format(part)
}

/** Fen → "¥1,234.50". The sum is split as integers, so no fen is lost to a float. */
export function money(fen: number | null | undefined): string {
  if (fen == null) return NONE
  const yuan = Math.trunc(Math.abs(fen) / 100)
  const rest = String(Math.abs(fen) % 100).padStart(2, '0')
  return `${fen < 0 ? '−' : ''}¥${numberFormat({ maximumFractionDigits: 0 }).format(yuan)}.${rest}`
}

/** Energy in Wh → "234.5 kWh"; from a thousand kWh on in whole ones. */
export function energy(wh: number | null | undefined): string {
  return wh == null ? NONE : `${number(wh / 1000, Math.abs(wh) < 1_000_000 ? 2 : 0)} kWh`
}

type Instant = string | number | Date | null | undefined

function toDate(at: Instant): Date | null {
  if (at == null || at === '') return null
  const date = at instanceof Date ? at : new Date(at)
  return Number.isNaN(date.getTime()) ? null : date
}

/** An instant (RFC 3339 text or milliseconds) → "2026-11-22 09:05". */
export function dateTime(at: Instant): string {
  const date = toDate(at)
  if (!date) return NONE
  const parts = dateFormat({ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    .formatToParts(date)
    .reduce<Record<string, string>>((all, p) => ({ ...all, [p.type]: p.value }), {})
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}`
}

/** An instant → its Beijing day "2026-11-22". */
export const day = (at: Instant): string => dateTime(at).split(' ')[0] ?? NONE

/** A calendar day "2026-11-22" → "2026年11月22日" or "22 Nov 2026"-like. Not shifted by any zone. */
export function longDay(value: string | null | undefined): string {
  if (!value) return NONE
  return dateFormat({ dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${value}T00:00:00Z`))
}

/** A billing month 202611 → "2026-11". */
export function month(yyyymm: number | null | undefined): string {
  return yyyymm == null ? NONE : `${Math.trunc(yyyymm / 100)}-${String(yyyymm % 100).padStart(2, '0')}`
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** An instant → "3 天前" / "in 2 hours", to be shown beside or above the exact time. */
export function relative(at: Instant, now: number): string {
  const date = toDate(at)
  if (!date) return NONE
  const seconds = (date.getTime() - now) / 1000
  const format = new Intl.RelativeTimeFormat(langTag(), { numeric: 'auto' })
  const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
  return format.format(Math.trunc(seconds / size), unit)
}

/** Bytes → "1.2 MB", counted as file managers and our limits count: 1,024 KB are 1 MB. */
export function bytes(size: number): string {
  const units = ['B', 'KB', 'MB', 'GB']
  let i = 0
  while (size >= 1024 && i < units.length - 1) {
    size /= 1024
    i++
  }
  return `${number(size, size < 10 && i > 0 ? 1 : 0)} ${units[i]}`
}
