import { apiFetch } from '@/api/client'
import { asProblem, problemFrom } from '@/api/problem'
import type { Page } from '@/api/types'

export interface Person {
  id: string
  name: string
  account: string
  kind: string
  state: string
  address: string
  phone: string
  owed: number
  created_at: string
}

async function call<T>(path: string, init?: RequestInit): Promise<{ data: T; etag: string }> {
  try {
    const response = await apiFetch(new Request(new URL(path, location.origin), init))
    const body: unknown = await response.json().catch(() => null)
    if (!response.ok) throw problemFrom(response.status, body)
    return { data: body as T, etag: response.headers.get('ETag') ?? '' }
  } catch (error) {
    throw asProblem(error)
  }
}

export const listPeople = async (query: Record<string, string>, signal: AbortSignal) =>
  (await call<Page<Person>>(`/api/v1/gallery/people?${new URLSearchParams(query)}`, { signal })).data
export const getPerson = (id: string) => call<Person>(`/api/v1/gallery/people/${id}`)
export const putPerson = (id: string, body: unknown, etag: string) =>
  call<Person>(`/api/v1/gallery/people/${id}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json', 'If-Match': etag },
    body: JSON.stringify(body),
  })
