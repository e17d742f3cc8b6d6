import { afterEach, expect, it, vi } from 'vitest'
import type { Provider } from '@/api/types'
import { fresh, labels, saveProvider, valuesOf } from './provider'

const known = { ...fresh('o1'), id: 'p1', version: 3, has_secret: true, name: '统一认证', issuer: 'https://sso.example', client_id: 'zhiyin' } as unknown as Provider
afterEach(() => vi.unstubAllGlobals())

it('begins at the address the administrator uses, and names every field', () => {
  expect(fresh('o1').base_url).toBe(location.origin)
  expect(Object.keys(labels)).toEqual(expect.arrayContaining(Object.keys(fresh('o1'))))
})

it('holds no secret after loading, and sends one only where it was typed', async () => {
  const sent: unknown[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push([request.method, request.headers.get('If-Match'), await request.json()])
    return Response.json(known)
  })
  const values = valuesOf(known)
  expect(values.client_secret).toBe('')
  expect(values).not.toHaveProperty('version')
  await saveProvider('p1', values, { etag: '"3"', key: 'k' })
  await saveProvider(undefined, { ...values, client_secret: 's3cret' }, { etag: '', key: 'k' })
  expect(sent[0]).toEqual(['PUT', '"3"', expect.not.objectContaining({ client_secret: expect.anything() })])
  expect(sent[1]).toEqual(['POST', null, expect.objectContaining({ client_secret: 's3cret', issuer: 'https://sso.example' })])
})
