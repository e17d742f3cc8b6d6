// Articles about what is being typed.
import { onScopeDispose, shallowRef, watch } from 'vue'
import { suggest, type Suggestion } from './articles'

const PAUSE_MS = 400
/** Fewer characters tell nothing. */
const SHORTEST = 4
/** The server reads no more; what was typed last counts. */
const LONGEST = 4000

export function useSuggestions(text: () => string, org: () => string) {
  const list = shallowRef<Suggestion[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined
  let turn = 0

  async function ask(): Promise<void> {
    const mine = ++turn
    const words = text().trim()
    // They help and are not what the person came for: when they fail, there are none.
    const found = words.length < SHORTEST ? [] : await suggest(words.slice(-LONGEST), org()).catch(() => [])
    if (mine === turn) list.value = found
  }
  watch(
    [text, org],
    () => {
      clearTimeout(timer)
      timer = setTimeout(ask, PAUSE_MS)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  return list
}
