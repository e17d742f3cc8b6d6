// What a backup is to its reader. Pure.
import type { components } from '@/api/schema'
import type { Tone } from '@/kit'

export type Backup = components['schemas']['Backup']
export type Status = components['schemas']['BackupStatus']
export type Schedule = components['schemas']['BackupSchedule']

export const stateTones: Record<Backup['state'], Tone> = { running: 'info', done: 'ok', failed: 'bad', removed: 'neutral' }
export const proofTones: Record<Backup['proof'], Tone> = { none: 'warn', running: 'info', equal: 'ok', failed: 'bad' }

/** Whether something is being done with it now. */
export const isBusy = (b: Backup): boolean => b.state === 'running' || (b.state === 'done' && b.proof === 'running')

/** How far it is, from 0 to 1; null: not known yet. */
export const partOf = (b: Backup): number | null => (b.total ? Math.min(1, b.progress / b.total) : null)

/** Days since; 0 within the first day. */
export const daysSince = (at: string, now: number): number => Math.max(0, Math.floor((now - Date.parse(at)) / 86_400_000))

/** The hour as a clock shows it. */
export const clock = (hour: number): string => `${String(hour).padStart(2, '0')}:00`
