// What the form of an article holds, and what is sent of it.
import { nameOf, type ArticleDetail, type ArticleInput, type Owner, type Terms } from './articles'
import { t } from '@/i18n'

export const langs = ['zh', 'en'] as const
const WORDS = { title: '', body: '', basis: '' }

export interface ArticleValues {
  org_id: string
  owner_id: string
  zh: typeof WORDS
  en: typeof WORDS
  category: string
  contact_point: string
  audience: 'internal' | 'public'
  tags: string[]
  note: string
}
export const emptyArticle = (org_id: string): ArticleValues => ({
  org_id, owner_id: '', zh: { ...WORDS }, en: { ...WORDS }, category: 'answer', contact_point: '', audience: 'internal', tags: [], note: '',
})

/** The working copy as it stands. */
export function articleValues(a: ArticleDetail): ArticleValues {
  const work = a.work
  const empty = emptyArticle(a.org_id)
  if (!work) return empty
  return {
    org_id: a.org_id, owner_id: a.owner_id, zh: { ...WORDS, ...work.zh }, en: { ...WORDS, ...work.en }, category: work.category, contact_point: work.contact_point ?? '',
    audience: work.audience, tags: work.tags ?? [], note: work.note ?? '',
  }
}

/** What is sent: the organisation is fixed once the article is made. */
export const articleInput = (v: ArticleValues, made: boolean): ArticleInput => ({ ...v, org_id: made ? undefined : v.org_id || undefined, owner_id: v.owner_id || undefined })

/** How the dialog of a conflict shows a value. */
export function articleShow(terms: Terms, owners: readonly Owner[]): (name: string, value: unknown) => string {
  const lists: Record<string, Parameters<typeof nameOf>[0]> = { category: terms.categories, contact_point: terms.contact_points }
  return (name, value) => {
    if (name === 'zh' || name === 'en') return Object.values(value as typeof WORDS).filter(Boolean).join('\n')
    if (Array.isArray(value)) return value.join(t('kit.list.comma'))
    if (name === 'audience') return t(`knowledge.audience.${String(value)}`)
    if (name === 'owner_id') return owners.find((o) => o.id === value)?.name ?? ''
    return lists[name] ? nameOf(lists[name], String(value)) : String(value)
  }
}
export const articleLabels: Record<string, string> = {
  ...Object.fromEntries(langs.flatMap((l) => [[l, `knowledge.in.${l}`], ...['title', 'body', 'basis'].map((f) => [`${l}.${f}`, `knowledge.field.${l}.${f}`])])),
  ...Object.fromEntries(['category', 'contact_point', 'audience', 'tags'].map((f) => [f, `knowledge.field.${f}`])),
  org_id: 'knowledge.org', owner_id: 'knowledge.owner', note: 'knowledge.note',
}
