// Hand-written until api/openapi.json exists; then `npm run api` writes schema.d.ts and client.ts imports from there.

export interface Org {
  id: string
  code: string
  name: string
  level: string
}

export interface Me {
  id: string
  login: string
  name: string
  locale: string
  permissions: string[]
  orgs: Org[]
  home_org: string
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

export interface Job {
  id: string
  kind: string
  state: JobState
  progress: number
  total: number
  note?: string
  result?: Record<string, unknown>
  error?: ProblemBody
}

export interface SearchItem {
  kind: string
  id: string
  title: string
  subtitle: string
  org_id: string
  hint: string
}

export interface ProblemField {
  name: string
  code: string
  params?: Record<string, unknown>
}

/** RFC 9457 problem document with our stable code. */
export interface ProblemBody {
  status: number
  code: string
  title?: string
  detail?: string
  params?: Record<string, unknown>
  fields?: ProblemField[]
}

/** One page of any list. */
export interface Page<T> {
  items: T[]
  next_cursor?: string | null
}

type Json<T> = { content: { 'application/json': T } }
type Reads<Q, R> = {
  parameters: { query?: Q }
  responses: { 200: Json<R> }
}

/** In the shape openapi-typescript writes, so that the generated file can take its place. */
export interface paths {
  '/api/v1/sessions': {
    post: {
      parameters: Record<never, never>
      requestBody: Json<{ login: string; password: string }>
      responses: { 201: Json<Me> }
    }
  }
  '/api/v1/sessions/current': { delete: { parameters: Record<never, never>; responses: { 204: { content?: never } } } }
  '/api/v1/me': { get: Reads<Record<never, never>, Me> }
  '/api/v1/jobs/{id}': { get: { parameters: { path: { id: string } }; responses: { 200: Json<Job> } } }
  '/api/v1/jobs/{id}/cancel': { post: { parameters: { path: { id: string } }; responses: { 200: Json<Job> } } }
  '/api/v1/search': { get: Reads<{ q: string; limit?: number }, { items: SearchItem[] }> }
}
