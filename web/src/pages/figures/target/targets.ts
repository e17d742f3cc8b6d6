// Sales targets of account managers: what they are called, typed and sent as. Pure but for names and rights.
import type { components } from '@/api/schema'
import { Problem } from '@/api/problem'
import { month as monthText } from '@/format/format'
import { t } from '@/i18n'
import { orgName } from '@/pages/org/names'
import { may } from '@/session/session'

export type Overview = components['schemas']['TargetOverview']
export type Standing = components['schemas']['TargetStanding']
export type TargetMonth = components['schemas']['TargetMonth']
export type TargetInput = components['schemas']['TargetInput']
/** A target being typed: the growth in percent under GROWTH, energy in kWh under each month ("2026-01"). */
export type Values = Record<string, number | null>

export const GROWTH = 'growth_permille'
/** The bounds of growth in percent. */
export const LEAST = -50
export const MOST = 100

export const maySeeTargets = (): boolean => may('target.list') || may('target.own')

/** A year of the URL; nothing for what is none. */
export const yearOf = (text: unknown): number | undefined => (/^2[01]\d\d$/.test(String(text ?? '')) ? Number(text) : undefined)

export const standingKey = (s: Standing): string => `${s.org_id} ${s.manager_id ?? ''}`
export const standingName = (s: Standing): string => (s.manager_id ? s.manager_name || t('figures.unknown') : t('target.company_sum', { name: orgName(s.org_id) }))

export const kwh = (wh: number | null | undefined): number | null => (wh == null ? null : wh / 1000)

/** What is typed at first: the target, else what is proposed. */
export function valuesOf(s: Standing): Values {
  const wh = (m: TargetMonth) => (s.version ? m.target_wh : m.proposal_wh)
  return { [GROWTH]: s.growth_permille / 10, ...Object.fromEntries(s.months.map((m) => [monthText(m.month), kwh(wh(m))])) }
}

/** Months that still stand on the proposal before go with the one after. */
export function follow(values: Values, before: TargetMonth[], after: TargetMonth[]): void {
  for (const [i, m] of after.entries()) {
    const name = monthText(m.month)
    if (values[name] === kwh(before[i]?.proposal_wh)) values[name] = kwh(m.proposal_wh)
  }
}

/** Every month that has a proposal takes it. */
export function adopt(values: Values, months: TargetMonth[]): void {
  for (const m of months) if (m.proposal_wh) values[monthText(m.month)] = kwh(m.proposal_wh)
}

export const growthOf = (values: Values): number => Math.round((values[GROWTH] ?? 0) * 10)

/** What is sent; months left empty are left out. Throws where none is left. */
export function inputOf(values: Values, months: TargetMonth[]): TargetInput {
  const typed = months.map((m) => ({ month: m.month, energy_wh: Math.round((values[monthText(m.month)] ?? 0) * 1000) })).filter((m) => m.energy_wh > 0)
  if (!typed.length) throw new Problem({ status: 422, code: 'target.no_month' })
  return { growth_permille: growthOf(values), months: typed }
}
