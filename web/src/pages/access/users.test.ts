import { afterEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/problem'
import type { UserDetail } from '@/api/types'
import { setLang } from '@/i18n'
import { checkGrants, createUser, roleName, saveUser, setActive, valuesOf } from './users'

const user: UserDetail = {
  id: 'u1', login: 'wang', name: '王芳', home_org_id: 'o1', locale: 'zh', active: true, version: 3, created_at: '2026-03-02T01:00:00Z',
  grants: [{ id: 'g1', role_id: 'r1', org_id: 'o1', state: 'running' }],
}
const fieldsOf = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return (error as Problem).fields.map((f) => `${f.name} ${f.code}`)
  }
  return []
}
function serve(answer: (request: Request) => Response) {
  const sent: Request[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(request.clone())
    return answer(request)
  })
  return sent
}
afterEach(() => vi.unstubAllGlobals())

describe('grants', () => {
  it('need a role and an organisation, each pair once', () => {
    expect(fieldsOf(() => checkGrants([{ role_id: '', org_id: 'o1' }, { role_id: 'r', org_id: '' }]))).toEqual(['grants[0].role_id required', 'grants[1].org_id required'])
    expect(fieldsOf(() => checkGrants([...user.grants, { role_id: 'r1', org_id: 'o2' }, ...user.grants]))).toEqual(['grants[2].role_id access.grant_twice'])
    expect(fieldsOf(() => checkGrants([]))).toEqual([])
  })
  it('may follow each other, and end after they begin', () => {
    const [first, second] = ['2026-12-01T00:00:00+08:00', '2027-01-01T00:00:00+08:00']
    expect(fieldsOf(() => checkGrants([{ role_id: 'r', org_id: 'o', until: first }, { role_id: 'r', org_id: 'o', from: first }]))).toEqual([])
    expect(fieldsOf(() => checkGrants([{ role_id: 'r', org_id: 'o', until: second }, { role_id: 'r', org_id: 'o', from: first }]))).toEqual(['grants[1].role_id access.grant_twice'])
    expect(fieldsOf(() => checkGrants([{ role_id: 'r', org_id: 'o', from: second, until: first }]))).toEqual(['grants[0].until access.until_before_from'])
  })
})

describe('saving', () => {
  it('asks for what is missing before it asks the server', async () => {
    const sent = serve(() => Response.json(user))
    await expect(createUser({ ...valuesOf(user), name: ' ', password: '' }, 'k')).rejects.toMatchObject({ fields: [{ name: 'name' }, { name: 'password' }] })
    expect(sent).toHaveLength(0)
  })
  it('puts a taken login to its field', async () => {
    serve(() => Response.json({ status: 409, code: 'access.login_taken' }, { status: 409 }))
    await expect(createUser({ ...valuesOf(user), password: 'long enough' }, 'k')).rejects.toMatchObject({ fields: [{ name: 'login', code: 'access.login_taken' }] })
  })
  it('sends the version, and a password only when there is a new one', async () => {
    const sent = serve(() => Response.json(user))
    await saveUser('u1', { ...valuesOf(user), login: ' wang ' }, '"3"')
    expect(sent[0]?.headers.get('If-Match')).toBe('"3"')
    const body = (await sent[0]?.json()) as Record<string, unknown>
    expect(body.login).toBe('wang')
    expect(body).not.toHaveProperty('password')
    expect(body.grants).toEqual([{ role_id: 'r1', org_id: 'o1' }])
    await saveUser('u1', valuesOf(user), '"3"', { password: 'a new password', keep_keys: false })
    expect(await sent[1]?.json()).toMatchObject({ keep_keys: false, password: 'a new password' })
  })
  it('stops a user from what the server has now', async () => {
    const sent = serve((r) => (r.method === 'GET' ? Response.json({ ...user, grants: [] }, { headers: { ETag: '"7"' } }) : Response.json({ ...user, active: false })))
    expect((await setActive('u1', false)).active).toBe(false)
    expect(sent[1]?.headers.get('If-Match')).toBe('"7"')
    expect(await sent[1]?.json()).toMatchObject({ active: false, name: '王芳', grants: [] })
  })
})

it('names roles in the reader’s language', async () => {
  const role = { name_zh: '审计员', name_en: 'Auditor' }
  await setLang('en', false)
  expect(roleName(role)).toBe('Auditor')
  await setLang('zh', false)
  expect(roleName(role)).toBe('审计员')
})
