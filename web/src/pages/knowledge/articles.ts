// What the pages ask the server about the knowledge base, and what its answers are called.
import { api, etagOf, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import { shallowRef } from 'vue'
import { lang, t } from '@/i18n'
import type { Choice, Tone } from '@/kit'
import { me } from '@/session/session'

type S = components['schemas']
export type Article = S['KnowledgeArticle']
export type ArticleDetail = S['KnowledgeDetail']
export type ArticleInput = S['KnowledgeInput']
export type Found = S['KnowledgeFound']
export type Part = S['KnowledgePart']
export type Terms = S['KnowledgeTerms']
export type Term = S['KnowledgeTerm']
export type Snippet = S['KnowledgeSnippet']
export type SnippetInput = S['KnowledgeSnippetInput']
export type Suggestion = S['KnowledgeSuggestion']
export type Loaded = S['KnowledgeLoaded']
export type Owner = S['AccessWorker']
export type Difference = S['KnowledgeDifference']
export type Version = S['KnowledgeVersion']

const path = (id: string) => ({ path: { id } })
const stamped = (a: Pick<Article, 'id' | 'version'>) => ({ ...path(a.id), header: { 'If-Match': etagOf(a) } })

export const fetchArticle = (id: string) => unwrap(api.GET('/api/v1/articles/{id}', { params: path(id) }))
export const createArticle = (key: string, body: ArticleInput) => unwrap(api.POST('/api/v1/articles', { params: { header: { 'Idempotency-Key': key } }, body }))
export const updateArticle = (id: string, etag: string, body: ArticleInput) =>
  unwrap(api.PUT('/api/v1/articles/{id}', { params: { ...path(id), header: { 'If-Match': etag } }, body }))
export const submit = (a: Article) => unwrap(api.POST('/api/v1/articles/{id}/submit', { params: stamped(a) }))
export const withdraw = (a: Article) => unwrap(api.POST('/api/v1/articles/{id}/withdraw', { params: stamped(a) }))
export const revive = (a: Article) => unwrap(api.POST('/api/v1/articles/{id}/revive', { params: stamped(a) }))
export const publish = (a: Article, review_on?: string) => unwrap(api.POST('/api/v1/articles/{id}/publish', { params: stamped(a), body: { review_on } }))
export const confirmRight = (a: Article, review_on?: string) => unwrap(api.POST('/api/v1/articles/{id}/confirm', { params: stamped(a), body: { review_on } }))
export const sendBack = (a: Article, why: string) => unwrap(api.POST('/api/v1/articles/{id}/return', { params: stamped(a), body: { why } }))
export const retire = (a: Article, why: string) => unwrap(api.POST('/api/v1/articles/{id}/retire', { params: stamped(a), body: { why } }))
export const restore = (a: Article, no: number) => unwrap(api.POST('/api/v1/articles/{id}/restore', { params: stamped(a), body: { no } }))
export const vote = (a: ArticleDetail, useful: boolean | undefined) => unwrap(api.PUT('/api/v1/articles/{id}/vote', { params: path(a.id), body: { no: a.sheet.no, useful } }))
export const fetchVersions = (id: string) => unwrap(api.GET('/api/v1/articles/{id}/versions', { params: path(id) }))
export const fetchDiff = (id: string, from: number, to: number) => unwrap(api.GET('/api/v1/articles/{id}/diff', { params: { ...path(id), query: { from, to } } }))

export const suggest = async (text: string, org_id: string): Promise<Suggestion[]> =>
  (await unwrap(api.POST('/api/v1/article-suggestions', { body: { text, org_id: org_id || undefined } }))).items
export const fetchOwners = async (org_id?: string): Promise<Owner[]> => (await unwrap(api.GET('/api/v1/article-owners', { params: { query: { org_id } } }))).items
export const loadShipped = (org_id: string): Promise<Loaded> => unwrap(api.POST('/api/v1/article-loads', { body: { org_id } }))

/** Where the person may write: his companies, and organisations above, whose articles all below read. */
export const writable = (): Choice[] => (me.value?.orgs ?? []).filter((o) => o.level !== 'unit').map((o) => ({ value: o.id, label: o.name, plain: true }))
export const stateTone: Record<Article['state'], Tone> = { draft: 'neutral', review: 'accent', published: 'ok', retired: 'warn' }

const terms = shallowRef<Terms>({ categories: [], contact_points: [], variables: [], review_months: 12 })
let asked: Promise<void> | undefined
/** The lists to choose from; asked once. */
export function useTerms() {
  asked ??= unwrap(api.GET('/api/v1/article-terms')).then(
    (all) => void (terms.value = all),
    () => void (asked = undefined),
  )
  return terms
}
export const nameOf = (list: Pick<Term, 'code' | 'name_zh' | 'name_en'>[], code: string | undefined): string => {
  const term = list.find((x) => x.code === code)
  return term ? (lang.value === 'en' ? term.name_en : term.name_zh) : (code ?? '')
}
export const choices = (list: Term[]): Choice[] => list.map((x) => ({ value: x.code, label: nameOf(list, x.code), plain: true }))
/** The terms once they came, for filters. */
export const termChoices = async (which: 'categories' | 'contact_points'): Promise<Choice[]> => {
  useTerms()
  await asked
  return choices(terms.value[which])
}
/** The words in the reader's language, or in the other. */
export const wordsOf = (sheet: ArticleDetail['sheet']) => (lang.value === 'en' ? (sheet.en ?? sheet.zh) : (sheet.zh ?? sheet.en))
export const useText = (a: Pick<Article, 'useful' | 'votes'>) => (a.votes ? t('knowledge.useful_of', { useful: a.useful, votes: a.votes }) : t('knowledge.no_votes'))
