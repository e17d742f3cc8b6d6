// How sales are summed, and what a sum is called and consists of. Pure but for names of organisations.
import type { RouteLocationRaw } from 'vue-router'
import type { components } from '@/api/schema'
import { NONE, fixed } from '@/format/format'
import { lang, t } from '@/i18n'
import { codeName } from '@/pages/customer/names'
import { orgName } from '@/pages/org/names'

export type FigureRow = components['schemas']['SupplyFigureRow']
export type Statistics = components['schemas']['SupplyStatistics']
export type Figure = components['schemas']['SupplyFigure']
/** What a row is the sum of. */
export type Group = Pick<FigureRow, 'org_id' | 'class' | 'use_category' | 'area' | 'manager_id' | 'manager_name'>

export const ways = ['company', 'segment', 'class', 'use_category', 'area', 'manager'] as const
export type Way = (typeof ways)[number]

export const wayOf = (text: unknown): Way => ways.find((w) => w === text) ?? 'company'

/** A month of the URL as the server wants it; nothing for what is none. */
export function monthOf(text: unknown): number | undefined {
  const found = /^(\d{4})(0[1-9]|1[0-2])$/.exec(String(text ?? ''))
  return found ? Number(found[0]) : undefined
}

export const groupKey = (g: Group): string => [g.org_id, g.class, g.use_category, g.area, g.manager_id].join(' ')

const word = (list: string, code: string | undefined) => codeName(list, code) || t('figures.unknown')

/** What the sum is called; the company apart. */
export function groupName(way: Way, g: Group): string {
  switch (way) {
    case 'company':
      return orgName(g.org_id)
    case 'manager':
      return g.manager_name || t('figures.unknown')
    case 'segment':
      return [word('class', g.class), word('use_category', g.use_category), word('area', g.area)].join(' · ')
    default:
      return word(way, g[way])
  }
}

/** The customers or accounts that were summed, where a list can be narrowed to them. */
export function drillTo(way: Way, g: Group): RouteLocationRaw | undefined {
  switch (way) {
    case 'company':
      return { name: 'customers' }
    case 'manager':
      return { name: 'customers', query: { manager_id: g.manager_id } }
    case 'class':
    case 'use_category':
    case 'segment': {
      const query = { ...(g.class && { class: g.class }), ...(g.use_category && { use_category: g.use_category }) }
      return Object.keys(query).length ? { name: 'supply-accounts', query } : undefined
    }
    default:
      return undefined
  }
}

export const figureOf = (row: { figures: Figure[] }, code: Figure['code']): Figure | undefined => row.figures.find((f) => f.code === code)

/** Sums of energy in the unit of the trade (figures.unit): 万千瓦时 in Chinese, MWh in English. */
export const traded = (wh: number | null | undefined): number | null => (wh == null ? null : wh / (lang.value === 'en' ? 1e6 : 1e7))
export function sold(wh: number | null | undefined): string {
  const n = traded(wh)
  return n === null ? NONE : fixed(n, lang.value === 'en' ? 1 : 2)
}
