import { reactive, toRaw, watch } from 'vue'
import { draftOf, type Draft } from './mapping'
import type { ImportDetail } from './types'

const place = (id: string) => `zhiyin.dataimport.${id}`

/** The mapping as a person left it, kept in the browser's session until the server has it; a reload loses nothing. */
export function useDraft(d: ImportDetail): Draft {
  const draft = reactive(left(d) ?? draftOf(d.header ?? [], d.mapping, d.mode))
  watch(draft, () => sessionStorage.setItem(place(d.id), JSON.stringify({ version: d.version, draft: toRaw(draft) })), { deep: true })
  return draft
}

function left(d: ImportDetail): Draft | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(place(d.id)) ?? '{}') as { version?: number; draft?: Draft }
    return kept.version === d.version ? (kept.draft ?? null) : null
  } catch {
    return null
  }
}

export const forget = (id: string): void => sessionStorage.removeItem(place(id))
