import type { AccessPolicy } from '@/api/types'

export type PolicyValues = Omit<AccessPolicy, 'version'>
type NumberName = Exclude<keyof PolicyValues, 'admin_factor'>
interface NumberField {
  name: NumberName
  /** As the server bounds it. */
  min: number
  max: number
}

export const policyGroups = ['password', 'lock', 'session', 'rights', 'factor'] as const
export const policyFields: Record<(typeof policyGroups)[number], NumberField[]> = {
  password: [
    { name: 'min_length', min: 8, max: 64 },
    { name: 'classes', min: 1, max: 4 },
    { name: 'history', min: 0, max: 24 },
    { name: 'max_age_days', min: 0, max: 3650 },
  ],
  lock: [
    { name: 'free_failures', min: 3, max: 10 },
    { name: 'lock_seconds', min: 10, max: 3600 },
    { name: 'max_lock_seconds', min: 60, max: 86400 },
  ],
  session: [
    { name: 'idle_minutes', min: 5, max: 720 },
    { name: 'session_hours', min: 1, max: 168 },
  ],
  rights: [
    { name: 'unused_days', min: 0, max: 3650 },
    { name: 'warn_days', min: 0, max: 90 },
    { name: 'absence_days', min: 1, max: 366 },
  ],
  factor: [],
}

const names = [...Object.values(policyFields).flat().map((f) => f.name), 'admin_factor'] as const
/** Catalogue keys of the fields' labels. */
export const policyLabels = Object.fromEntries(names.map((name) => [name, `access.policy_${name}`]))

/** What a form holds until the server told the rules. */
export const DEFAULTS: PolicyValues = {
  min_length: 8, classes: 2, history: 5, max_age_days: 0, free_failures: 5, lock_seconds: 60, max_lock_seconds: 3600, idle_minutes: 480, session_hours: 24, admin_factor: true,
  unused_days: 90, warn_days: 7, absence_days: 92,
}
