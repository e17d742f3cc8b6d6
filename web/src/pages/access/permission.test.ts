import { beforeEach, describe, expect, it } from 'vitest'
import { hasText, langs, setLang } from '@/i18n'
import roles from '../../../../internal/domain/access/role/builtin.json'
import { explain } from './permission'

beforeEach(() => setLang('zh', false))

describe('words of permissions', () => {
  it('are grouped by module, daily work before administration', () => {
    const words = explain(['org.rename', 'customer.list', 'customer.get', 'task.*', '*.list'])
    expect(words.map((w) => w.module)).toEqual(['*', 'task', 'customer', 'org'])
    expect(words[1]).toMatchObject({ all: true, deeds: [] })
    expect(words[2]).toMatchObject({ all: false, deeds: ['查看列表', '查看详情'] })
  })
  it('say everything once', () => {
    expect(explain(['*'])).toMatchObject([{ module: '*', all: true }])
    expect(explain(['org.list', 'org.*', 'org.list'])).toMatchObject([{ module: 'org', all: true, deeds: [] }])
    expect(explain([])).toEqual([])
  })
  it('show what has no words as it is, after the rest', () => {
    const words = explain(['newmodule.newverb', 'audit.list'])
    expect(words.map((w) => w.name)).toEqual(['审计日志', 'newmodule'])
    expect(words[1]?.deeds).toEqual(['newmodule.newverb'])
  })
})

// A role nobody can read is granted blindly: add words to catalogue/*/access.json when a role gets a new permission.
describe('built-in roles', () => {
  it.each(langs)('have words for every permission (%s)', async (lang) => {
    await setLang(lang, false)
    const patterns = [...new Set(roles.flatMap((r) => r.permissions))]
    const missing = patterns.filter((p) => {
      const [module = '', ...rest] = p.split('.')
      const verb = rest.join('.')
      const named = module === '*' || hasText(`access.module.${module}`)
      return !named || (verb !== '*' && !hasText(`access.verb.${module}.${verb}`) && !hasText(`access.verb.${verb}`))
    })
    expect(missing).toEqual([])
  })
})
