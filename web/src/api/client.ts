import createClient from 'openapi-fetch'
import { langTag } from '@/i18n'
import { Problem, asProblem, problemFrom } from './problem'
import type { paths } from './types'

let whenSignedOut: () => Promise<void> = () => Promise.reject(new Problem({ status: 401, code: 'unauthenticated' }))

/**
 * Names what happens when the server says that nobody is signed in (401). The request that met it is sent
 * again once the returned promise is kept; nothing typed is lost.
 */
export function onSignedOut(handler: () => Promise<void>): void {
  whenSignedOut = handler
}

let whenAnswered: (response: Response) => void = () => undefined

/** Names what is told of every answer. */
export function onAnswered(handler: (response: Response) => void): void {
  whenAnswered = handler
}

let whenDue: () => void = () => undefined

/** Names what happens when the server does nothing for the person before he changed his password or set up a second factor. */
export function onDue(handler: () => void): void {
  whenDue = handler
}

// Refusals of a password or code that was typed: whoever typed it is told, nobody is signed out.
const REFUSED = ['access.credentials', 'access.code_required', 'access.code']

async function signedOut(response: Response): Promise<boolean> {
  if (response.status !== 401) return false
  const body = (await response.clone().json().catch(() => null)) as { code?: string } | null
  return !REFUSED.includes(body?.code ?? '')
}

/** fetch with the reader's language and with renewal of an expired session. */
export async function apiFetch(input: Request): Promise<Response> {
  const request = new Request(input)
  request.headers.set('Accept-Language', langTag())
  const spare = request.clone()
  const response = await fetch(request)
  const out = await signedOut(response)
  if (out) await whenSignedOut()
  const answer = out ? await fetch(spare) : response
  whenAnswered(answer)
  return answer
}

/** Several values of one parameter stand in it once, with commas, as the API's document says. */
const querySerializer = { array: { style: 'form', explode: false } } as const

export const api = createClient<paths>({ baseUrl: location.origin, fetch: apiFetch, querySerializer })

interface Result<T> {
  data?: T
  error?: unknown
  response: Response
}

/** Waits for a call of `api` and returns its data, or throws a Problem. */
export async function unwrap<T>(call: Promise<Result<T>>): Promise<T> {
  return (await unwrapWithTag(call)).data
}

/** Like unwrap, with the record's ETag for a later If-Match. */
export async function unwrapWithTag<T>(call: Promise<Result<T>>): Promise<{ data: T; etag: string }> {
  let result: Result<T>
  try {
    result = await call
  } catch (error) {
    throw asProblem(error)
  }
  if (!result.response.ok) {
    const problem = problemFrom(result.response.status, result.error)
    if (problem.isDue) whenDue()
    throw problem
  }
  return { data: result.data as T, etag: result.response.headers.get('ETag') ?? '' }
}

/** The If-Match of a change to a record as it was read. */
export const etagOf = (record: { version: number }): string => `"${record.version}"`

/** A key for one creating POST; repeat it when the same form is sent again. */
export function newIdempotencyKey(): string {
  // crypto.randomUUID needs https; a company's own network often has none.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')
}

interface UploadOptions {
  onProgress?: (part: number) => void
  signal?: AbortSignal
}

/** Sends one file, with progress (0–1); resolves with the server's answer, throws a Problem. */
export function upload<T>(url: string, file: File, options: UploadOptions = {}): Promise<T> {
  // XMLHttpRequest, for fetch tells nothing of what was sent.
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest()
    xhr.open('POST', url)
    xhr.setRequestHeader('Accept-Language', langTag())
    xhr.setRequestHeader('Idempotency-Key', newIdempotencyKey())
    xhr.setRequestHeader('Content-Type', 'application/octet-stream')
    xhr.setRequestHeader('Content-Disposition', disposition(file.name))
    xhr.upload.onprogress = (e) => e.lengthComputable && options.onProgress?.(e.loaded / e.total)
    xhr.onerror = () => reject(new Problem({ code: 'network' }))
    xhr.onabort = () => reject(new Problem({ code: 'aborted' }))
    xhr.onload = () => {
      const answer = parse(xhr.responseText)
      if (xhr.status < 400) resolve(answer as T)
      else reject(problemFrom(xhr.status, answer))
    }
    options.signal?.addEventListener('abort', () => xhr.abort())
    xhr.send(file)
  })
}

/** A file's name as RFC 6266 wants it; encodeURIComponent leaves four signs that RFC 8187 does not. */
export function disposition(name: string): string {
  const escaped = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename*=UTF-8''${escaped}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
