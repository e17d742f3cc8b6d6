import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { asRefusal, type Refusal } from './client'

interface Asked<T> {
  value: ShallowRef<T | undefined>
  refusal: ShallowRef<Refusal | undefined>
  busy: Ref<boolean>
  load: () => Promise<void>
}

/** Something the server is asked for: its value, or why there is none, and another try. */
export function useAsked<T>(fetch: () => Promise<T>): Asked<T> {
  const value = shallowRef<T>()
  const refusal = shallowRef<Refusal>()
  const busy = ref(false)
  async function load(): Promise<void> {
    busy.value = true
    try {
      value.value = await fetch()
      refusal.value = undefined
    } catch (error) {
      refusal.value = asRefusal(error)
    } finally {
      busy.value = false
    }
  }
  return { value, refusal, busy, load }
}
