import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Me } from '@/api/types'
import { lang, setLang } from '@/i18n'
import { somebody } from '@/test/mount'
import { chooseOrg, companies, covers, currentOrg, loadMe, may, me } from './session'

const org = (id: string, level: 'city' | 'county' | 'unit', parent_id = '') => ({ id, parent_id, code: id, name: id, short_name: id, level })
const person: Me = {
  ...somebody,
  locale: 'en',
  permissions: ['customer.*', 'supply.get'],
  orgs: [org('s', 'city'), org('c1', 'county', 's'), org('x', 'unit', 'c1'), org('c2', 'county', 's')],
}
afterEach(() => {
  me.value = null
  chooseOrg(null)
  localStorage.clear()
  vi.unstubAllGlobals()
})

describe('permissions', () => {
  it('are read from patterns as the server reads them', () => {
    const patterns = ['customer.update', 'supply.*', '*.get']
    for (const yes of ['customer.update', 'supply.create', 'supply.get.line', 'audit.get']) expect(covers(patterns, yes)).toBe(true)
    for (const no of ['customer.create', 'audit.list', 'supplyx.list', 'customer', 'network.get.line']) expect(covers(patterns, no)).toBe(false)
    expect(covers(['*'], 'any.thing')).toBe(true)
    expect(covers([], 'any.thing')).toBe(false)
  })
  it('are nobody’s before login', () => {
    expect(may('customer.list')).toBe(false)
    me.value = person
    expect(may('customer.list')).toBe(true)
    expect(may('org.create')).toBe(false)
  })
})

describe('company', () => {
  it('is one of the county companies, never a city or a station', () => {
    me.value = person
    expect(companies.value.map((o) => o.id)).toEqual(['c1', 'c2'])
    chooseOrg('x')
    expect(currentOrg.value).toBeNull()
    chooseOrg('c2')
    expect(currentOrg.value?.id).toBe('c2')
  })
  it('needs no choice where there is one', () => {
    me.value = { ...person, orgs: [org('c1', 'county'), org('x', 'unit', 'c1')] }
    expect(currentOrg.value?.id).toBe('c1')
  })
})

describe('language', () => {
  const answer = () => vi.stubGlobal('fetch', async () => Response.json(person))
  it('is the one of the user’s record until another is chosen here', async () => {
    await setLang('zh', false)
    answer()
    expect(await loadMe()).toBe(true)
    expect(lang.value).toBe('en')
    await setLang('zh')
    await loadMe()
    expect(lang.value).toBe('zh')
  })
  it('does not matter when nobody is signed in', async () => {
    vi.stubGlobal('fetch', async () => Response.json({ status: 401, code: 'access.login_required' }, { status: 401 }))
    expect(await loadMe()).toBe(false)
    expect(me.value).toBeNull()
  })
})
