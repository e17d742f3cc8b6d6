// Standard answers: texts with variables in braces, such as {customer_name}.
import { api, etagOf, unwrap } from '@/api/client'
import { lang } from '@/i18n'
import type { Snippet, SnippetInput } from './articles'

/** What is known of the variables, by their codes. */
export type Known = Partial<Record<string, string>>

const BRACES = /\{([^{}]*)\}/g
export const written = (code: string): string => `{${code}}`

/** What is written like a variable and is none, or a brace that stands alone. */
export function unknownIn(text: string, known: readonly string[]): string | undefined {
  const odd = [...text.matchAll(BRACES)].find(([, code = '']) => !known.includes(code))
  return odd?.[0] ?? /[{}]/.exec(text.replace(BRACES, ''))?.[0]
}

/** The text with what is known in the place of variables; blank values count as none, and their variables stay. */
export function fill(text: string, known: Known): { text: string; missing: string[] } {
  const missing = new Set<string>()
  const filled = text.replace(BRACES, (variable, code: string) => {
    const value = known[code]?.trim()
    if (!value) missing.add(code)
    return value || variable
  })
  return { text: filled, missing: [...missing] }
}

/** The words in the reader's language, or in the other. */
export function phraseOf(s: Pick<Snippet, 'zh' | 'en'>): { name: string; text: string } {
  const [first, other] = lang.value === 'en' ? [s.en, s.zh] : [s.zh, s.en]
  const phrase = first?.text ? first : other
  return { name: phrase?.name ?? '', text: phrase?.text ?? '' }
}

/** Those whose name or text holds what is looked for. */
export function matching(list: readonly Snippet[], words: string): Snippet[] {
  const sought = words.trim().toLowerCase()
  return list.filter((s) => [s.zh?.name, s.zh?.text, s.en?.name, s.en?.text].some((x) => x?.toLowerCase().includes(sought)))
}

export const fetchSnippets = async (query: { org_id?: string; retired?: boolean }): Promise<Snippet[]> =>
  (await unwrap(api.GET('/api/v1/snippets', { params: { query: { ...query, limit: 200 } } }))).items
export const createSnippet = (key: string, body: SnippetInput): Promise<Snippet> => unwrap(api.POST('/api/v1/snippets', { params: { header: { 'Idempotency-Key': key } }, body }))
export const updateSnippet = (id: string, etag: string, body: SnippetInput): Promise<Snippet> =>
  unwrap(api.PUT('/api/v1/snippets/{id}', { params: { path: { id }, header: { 'If-Match': etag } }, body }))
export const fetchSnippet = async (id: string): Promise<{ data: Snippet; etag: string }> => {
  const data = await unwrap(api.GET('/api/v1/snippets/{id}', { params: { path: { id } } }))
  return { data, etag: etagOf(data) }
}

const PHRASE = { name: '', text: '' }
export interface SnippetValues {
  org_id: string
  contact_point: string
  zh: typeof PHRASE
  en: typeof PHRASE
  retired: boolean
}
export const valuesOf = (s: Snippet | undefined, org_id: string): SnippetValues => ({
  org_id: s?.org_id ?? org_id,
  contact_point: s?.contact_point ?? '',
  zh: { ...PHRASE, ...s?.zh },
  en: { ...PHRASE, ...s?.en },
  retired: s?.retired ?? false,
})
