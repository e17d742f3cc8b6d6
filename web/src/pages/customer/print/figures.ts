import { NONE, change, energy, percent } from '@/format/format'
import { hasText, t } from '@/i18n'
import { kva } from '../names'
import type { Figure } from '../types'

/** The value of a figure in its unit. */
export function figureText(f: Figure): string {
  if (!f.known) return NONE
  if (f.unit === 'permille') return (f.code.startsWith('yoy_') ? change : percent)(f.value / 1000)
  return f.unit === 'Wh/d' ? t('customer_ui.per_day', { energy: energy(f.value) }) : energy(f.value)
}

export const figureName = (f: Figure): string => t(`supply.figure.${f.code}`)

/** How the figure was computed; months read as 2026-10, energy as kWh, capacity as kVA. */
export function figureHow(f: Figure): string {
  if (!f.known) return t('customer_ui.too_few_months')
  const key = `supply.how.${f.code}`
  if (!hasText(key)) return ''
  const month = (v: unknown) => (typeof v === 'number' && v > 190000 && v < 999912 ? `${Math.trunc(v / 100)}-${String(v % 100).padStart(2, '0')}` : v)
  const words = (k: string, v: unknown) => (k.endsWith('_wh') ? energy(Number(v)) : k.endsWith('_va') ? kva(Number(v)) : month(v))
  const shown = Object.entries(f.params as Record<string, unknown>).map(([k, v]) => [k, words(k, v)])
  return t(key, Object.fromEntries(shown))
}
