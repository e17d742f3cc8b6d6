import type { LocationQuery } from 'vue-router'
import { Problem } from '@/api/problem'
import { hasText } from '@/i18n'

/** Whether the provider has said who it is and the code of the second factor is waited for. */
export const wantsCode = (query: LocationQuery): boolean => query.sso === 'code'

/** What went wrong on the way back from a provider. Only codes of signing in: an address can be made up. */
export function failure(query: LocationQuery): Problem | null {
  const code = String(query.sso_error ?? '')
  return /^(access\.sso_|oidc\.)\w+$/.test(code) && hasText(code) ? new Problem({ code }) : null
}
