import { hasText, t } from '@/i18n'
import type { ProblemBody, ProblemField } from './types'

/** Any failure of a request. `code` is the server's stable code, or "network" or "aborted" when no answer came. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly params: Record<string, unknown>
  readonly fields: ProblemField[]

  constructor(body: Partial<ProblemBody>) {
    super(body.title ?? body.code ?? 'internal')
    this.name = 'Problem'
    this.status = body.status ?? 0
    this.code = body.code ?? 'internal'
    this.params = body.params ?? {}
    this.fields = body.fields ?? []
  }

  get isStale(): boolean {
    return this.status === 412
  }
  /** Nothing else is answered before the password is changed or a second factor set up. */
  get isDue(): boolean {
    return this.code === 'access.password_due' || this.code === 'access.factor_due'
  }
  get isAborted(): boolean {
    return this.code === 'aborted'
  }
}

const codes: Record<number, string> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  412: 'stale',
  413: 'too_large',
  429: 'too_many',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
}

/** Reads the body of a failed response; one that is no problem document (a proxy's page) gets a code by its status. */
export function problemFrom(status: number, body: unknown): Problem {
  const known = typeof body === 'object' && body !== null && 'code' in body
  return new Problem({ ...(known ? (body as ProblemBody) : { code: codes[status] ?? 'internal' }), status })
}

/** Turns anything thrown into a Problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof DOMException && error.name === 'AbortError') return new Problem({ code: 'aborted' })
  if (error instanceof TypeError && /fetch|network|load/i.test(error.message)) return new Problem({ code: 'network' })
  return new Problem({ code: 'internal', title: String(error) })
}

/** The sentence for a code: the catalogue's, else what the server said, else a general one with the code. */
export function problemText(problem: Problem): string {
  if (hasText(problem.code)) return t(problem.code, problem.params)
  const key = `problem.${problem.code}`
  if (hasText(key)) return t(key, problem.params)
  return problem.message && problem.message !== problem.code ? problem.message : t('problem.unknown', { code: problem.code })
}

/** The sentence for one rejected field. */
export function fieldText(field: ProblemField): string {
  if (hasText(field.code)) return t(field.code, field.params)
  const key = `problem.field.${field.code}`
  return hasText(key) ? t(key, field.params) : t('problem.field.unknown', { code: field.code })
}

/** Rejects fields before anything is sent: {name, code} with the codes the server uses. */
export const invalid = (fields: ProblemField[]): Problem => new Problem({ status: 422, code: 'input.invalid', fields })

/** Throws when one of the texts is empty. */
export function demand<T extends object>(values: T, ...names: (keyof T & string)[]): void {
  const missing = names.filter((name) => String(values[name] ?? '').trim() === '')
  if (missing.length) throw invalid(missing.map((name) => ({ name, code: 'required' })))
}

/** Moves a problem that concerns one field ("org.code_taken" → "code") to that field. */
export function atField(error: unknown, fieldOf: Record<string, string>): Problem {
  const problem = asProblem(error)
  const name = fieldOf[problem.code]
  return name ? invalid([{ name, code: problem.code, params: problem.params }]) : problem
}
