import type { Tone } from '@/kit'

const status: Record<string, Tone> = { normal: 'ok', in_use: 'ok', installed: 'ok', in_force: 'ok', changing: 'info', connecting: 'info', planned: 'info', draft: 'info', suspended: 'warn', removed: 'warn' }
/** How the state of an account, point, meter or contract looks. */
export const statusTone = (code: string | undefined): Tone => status[code ?? ''] ?? 'neutral'

export const healthTone: Record<string, Tone> = { severe: 'bad', abnormal: 'warn', attention: 'warn', normal: 'ok' }
