import { onScopeDispose, ref, type Ref } from 'vue'

const STEP_MS = 30_000

/** The present moment, moving on while the page is open. */
export function useNow(): Ref<number> {
  const now = ref(Date.now())
  const clock = setInterval(() => (now.value = Date.now()), STEP_MS)
  onScopeDispose(() => clearInterval(clock))
  return now
}
