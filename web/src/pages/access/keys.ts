import type { ApiKey } from '@/api/types'
import { covers } from '@/session/session'
import { explain } from './permission'

export type KeyState = 'valid' | 'expired' | 'ended'
export const keyTone = { valid: 'ok', expired: 'neutral', ended: 'neutral' } as const

export function keyState(key: Pick<ApiKey, 'revoked_at' | 'ended_at' | 'expires_at'>, now: number): KeyState {
  if (key.revoked_at) return 'ended'
  return key.ended_at || Date.parse(key.expires_at) <= now ? 'expired' : 'valid'
}

export interface PermissionGroup {
  module: string
  name: string
  permissions: { pattern: string; words: string }[]
}

/** What a key can be given: the person's own patterns and, below them, what roles name singly; by module. */
export function offered(own: readonly string[], named: readonly string[], all: string): PermissionGroup[] {
  const single = named.filter((p) => !p.includes('*') && covers(own, p))
  const patterns = [...new Set([...own, ...single])]
  return explain(patterns).map(({ module, name }) => ({
    module,
    name,
    permissions: patterns
      .filter((p) => (p === '*' ? '*' : p.split('.')[0]) === module)
      .sort((a, b) => Number(b.endsWith('*')) - Number(a.endsWith('*')) || a.localeCompare(b))
      .map((pattern) => ({ pattern, words: explain([pattern])[0]?.deeds[0] ?? all })),
  }))
}
