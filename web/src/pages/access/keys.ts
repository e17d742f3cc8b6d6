import type { ApiKey, PermissionModule } from '@/api/types'
import { covers } from '@/session/session'

export type KeyState = 'valid' | 'expired' | 'ended'
export const keyTone = { valid: 'ok', expired: 'neutral', ended: 'neutral' } as const

export function keyState(key: Pick<ApiKey, 'revoked_at' | 'ended_at' | 'expires_at'>, now: number): KeyState {
  if (key.revoked_at) return 'ended'
  return key.ended_at || Date.parse(key.expires_at) <= now ? 'expired' : 'valid'
}

/** What a key can be given: of each module what the person holds. Who may not see the modules is offered his own patterns. */
export function offered(own: readonly string[], modules: readonly PermissionModule[]): PermissionModule[] {
  if (!modules.length) {
    const names = [...new Set(own.map((p) => p.split('.')[0] ?? ''))].filter((m) => m && m !== '*')
    return names.map((module) => ({ module, permissions: own.filter((p) => p.startsWith(`${module}.`) && p !== `${module}.*`) }))
  }
  return modules.map((m) => ({ ...m, permissions: m.permissions.filter((p) => covers(own, p)) })).filter((m) => m.permissions.length)
}

/** A whole module is given whole only by who holds it so; from others go the rights that are listed. */
export function given(chosen: readonly string[], own: readonly string[], modules: readonly PermissionModule[]): string[] {
  return chosen.flatMap((p) => {
    const [module = '', verb] = p.split('.')
    if (verb !== '*' || own.includes('*') || own.includes(p)) return [p]
    return modules.find((m) => m.module === module)?.permissions ?? []
  })
}
