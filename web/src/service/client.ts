import type { components } from '@/api/schema'
import { langTag, t } from './words'

export type Schemas = components['schemas']

/** What the server refused, in the reader's words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    title: string,
    readonly fields: Record<string, string> = {},
  ) {
    super(title)
  }
}

interface Options {
  body?: unknown
  key?: string
  version?: number
}

async function send(method: string, path: string, { body, key, version }: Options): Promise<Response> {
  const headers: Record<string, string> = { 'Accept-Language': langTag() }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (key) headers['Idempotency-Key'] = key
  if (version !== undefined) headers['If-Match'] = `"${version}"`
  try {
    return await fetch(`/api/v1/portal/${path}`, { method, headers, body: body === undefined ? null : JSON.stringify(body) })
  } catch {
    throw new Refusal(0, 'network', t('portal.network'))
  }
}

interface Problem {
  code?: string
  title?: string
  fields?: { name: string; message: string }[]
}

/** The refusal a response tells of. */
export function refusalOf(status: number, problem: Problem | null): Refusal {
  const fields = Object.fromEntries((problem?.fields ?? []).map((f) => [f.name, f.message]))
  return new Refusal(status, problem?.code ?? '', problem?.title ?? t('portal.broken'), fields)
}

/** A key for one sending: sent twice with it, something is there once. */
export const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')

/** Asks the portal's API; throws a Refusal. */
export async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const response = await send(method, path, options)
  const answer: unknown = await response.json().catch(() => null)
  if (!response.ok) throw refusalOf(response.status, answer as Problem | null)
  return answer as T
}

/** Any failure as a Refusal, to be shown. */
export const asRefusal = (error: unknown): Refusal => (error instanceof Refusal ? error : new Refusal(0, '', t('portal.broken')))
