// What follows from what is typed: who calls, what may be the same matter, how severe it is, who solves it.
import { onScopeDispose, shallowRef, watch } from 'vue'
import { api, unwrap } from '@/api/client'
import type { Hint } from '../types'
import type { IntakeValues } from './values'

const WAIT_MS = 300
/** A number in the city without its area code is the shortest that can belong to somebody. */
const SHORTEST = 7

export function useHint(values: IntakeValues) {
  const hint = shallowRef<Hint | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  async function ask(): Promise<void> {
    const mine = ++turn
    const { org_id, type, category, circumstances, customer_id, caller_phone } = values
    const phone = caller_phone.replace(/\D/g, '').length >= SHORTEST && !caller_phone.includes('*') ? caller_phone : undefined
    const body = { org_id: org_id || undefined, type, category: category || undefined, circumstances, customer_id: customer_id || undefined, caller_phone: phone }
    // What is half typed may be refused; the form tells of it when it is sent.
    const found = await unwrap(api.POST('/api/v1/cases/hint', { body })).catch(() => null)
    if (mine === turn) hint.value = found
  }
  watch(
    () => JSON.stringify([values.org_id, values.type, values.category, values.circumstances, values.customer_id, values.caller_phone]),
    () => {
      clearTimeout(timer)
      timer = setTimeout(ask, WAIT_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return hint
}
