import { reactive, watch } from 'vue'
import { newKey } from './client'
import { DRAFT, profile } from './session'

export interface Draft {
  topic: string
  text: string
  place: string
  phone: string
  /** The key of its sending: sent twice it is one request. */
  key: string
}
const empty = (): Draft => ({ topic: '', text: '', place: '', phone: '', key: newKey() })

function stored(account: string): Partial<Draft> {
  try {
    const kept = JSON.parse(localStorage.getItem(DRAFT) ?? '{}') as { account?: string; draft?: Partial<Draft> }
    return kept.account === account ? (kept.draft ?? {}) : {}
  } catch {
    return {}
  }
}

/** What a customer has written and not sent: kept on his telephone until it is sent or he signs out. */
export function useDraft(): { values: Draft; clear: () => void } {
  const account = profile.value?.account_no ?? ''
  const values = reactive({ ...empty(), ...stored(account) })
  const stop = watch(values, () => localStorage.setItem(DRAFT, JSON.stringify({ account, draft: values })))
  const clear = (): void => {
    stop()
    Object.assign(values, empty())
    localStorage.removeItem(DRAFT)
  }
  return { values, clear }
}
