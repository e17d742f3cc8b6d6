import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { lang, setLang } from '@/i18n'
import { serve } from '@/test/mount'
import { api, apiFetch, disposition, newIdempotencyKey, onDue, onSignedOut, unwrap, unwrapWithTag } from './client'
import { Problem } from './problem'

const realFetch = globalThis.fetch
beforeAll(() => setLang('zh', false))
afterEach(() => {
  globalThis.fetch = realFetch
  onSignedOut(() => Promise.reject(new Problem({ status: 401, code: 'unauthenticated' })))
})

const me = () => api.GET('/api/v1/me')

describe('api', () => {
  it('returns the data and asks in the reader’s language', async () => {
    const sent = serve(() => ({ body: { id: '1' } }))
    expect(await unwrap(me())).toEqual({ id: '1' })
    expect(sent[0]!.headers.get('Accept-Language')).toBe('zh-CN')
    lang.value = 'en'
    await unwrap(me())
    expect(sent[1]!.headers.get('Accept-Language')).toBe('en')
    lang.value = 'zh'
  })
  it('hands the ETag on', async () => {
    serve(() => ({ body: {}, headers: { ETag: '"7"' } }))
    expect((await unwrapWithTag(me())).etag).toBe('"7"')
  })
  it('asks for several values of one parameter as the server reads them', async () => {
    const sent = serve(() => ({ body: { items: [] } }))
    await unwrap(api.GET('/api/v1/promises', { params: { query: { state: ['awaiting', 'open'] } } }))
    expect(sent[0]!.query).toEqual({ state: 'awaiting,open' })
  })
  it('throws the problem of a refusal', async () => {
    serve(() => ({ status: 409, body: { code: 'customer.merged', title: 'x', status: 409 } }))
    await expect(unwrap(me())).rejects.toMatchObject({ status: 409, code: 'customer.merged' })
  })
  it('names a failure by its status where the body is none of ours', async () => {
    serve(() => ({ status: 503, body: 'Bad gateway' }))
    await expect(unwrap(me())).rejects.toMatchObject({ code: 'unavailable' })
  })
  it('tells a lost network from a refusal', async () => {
    globalThis.fetch = () => Promise.reject(new TypeError('Failed to fetch'))
    await expect(unwrap(me())).rejects.toMatchObject({ code: 'network', status: 0 })
  })
})

describe('an ended session', () => {
  it('is renewed once and the request, with its body, is sent again', async () => {
    let signedIn = false
    const sent = serve(() => (signedIn ? { body: { ok: true } } : { status: 401, body: { code: 'unauthenticated' } }))
    const renew = vi.fn(async () => {
      signedIn = true
    })
    onSignedOut(renew)
    const response = await apiFetch(new Request('http://x.test/api/v1/customers', { method: 'POST', body: '{"name":"张"}' }))
    expect(response.status).toBe(200)
    expect(renew).toHaveBeenCalledOnce()
    expect(sent.map((s) => s.body)).toEqual([{ name: '张' }, { name: '张' }])
  })
  it.each(['sessions', 'me/password', 'me/factor/confirm'])('does not ask for a login because what was typed for %s is wrong', async (path) => {
    serve(() => ({ status: 401, body: { code: path === 'me/factor/confirm' ? 'access.code' : 'access.credentials' } }))
    const renew = vi.fn()
    onSignedOut(renew)
    const response = await apiFetch(new Request(`http://x.test/api/v1/${path}`, { method: 'POST', body: '{}' }))
    expect(response.status).toBe(401)
    expect(renew).not.toHaveBeenCalled()
  })
})

it('tells when something is due of the person before anything else', async () => {
  serve(() => ({ status: 403, body: { code: 'access.password_due' } }))
  const due = vi.fn()
  onDue(due)
  await expect(unwrap(me())).rejects.toMatchObject({ code: 'access.password_due' })
  expect(due).toHaveBeenCalledOnce()
  onDue(() => undefined)
})

describe('newIdempotencyKey', () => {
  it('is long and never the same', () => {
    const keys = new Set(Array.from({ length: 50 }, newIdempotencyKey))
    expect(keys.size).toBe(50)
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{32}$/)
  })
})

describe('disposition', () => {
  it('spells names of any script in ASCII', () => {
    expect(disposition("营业 (1)'*.txt")).toBe("attachment; filename*=UTF-8''%E8%90%A5%E4%B8%9A%20%281%29%27%2A.txt")
  })
})
