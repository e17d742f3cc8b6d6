import { expect, it } from 'vitest'
import { setLang } from '@/i18n'
import { failure, wantsCode } from './sso'

it('tells of what went wrong by codes of signing in only', async () => {
  await setLang('zh', false)
  expect(failure({ sso_error: 'access.sso_state' })?.code).toBe('access.sso_state')
  expect(failure({ sso_error: 'oidc.unreachable' })?.code).toBe('oidc.unreachable')
  for (const sso_error of ['access.sso_made_up', 'access.users', 'call 400-evil', '', null]) expect(failure({ sso_error })).toBeNull()
  expect(failure({})).toBeNull()
})

it('asks for a code only where one is waited for', () => {
  expect(wantsCode({ sso: 'code' })).toBe(true)
  expect(wantsCode({})).toBe(false)
})
