import { ref } from 'vue'
import type { SearchItem } from '@/api/types'
import { me } from '@/session/session'

// Kept for the browser tab only: titles are customers' names, and desks are shared.
const key = () => `zhiyin.recent.${me.value?.id ?? ''}`
const MAX = 8

export const recent = ref<SearchItem[]>([])

/** Reads what the signed-in person opened in this tab. */
export function loadRecent(): void {
  try {
    recent.value = JSON.parse(sessionStorage.getItem(key()) ?? '[]') as SearchItem[]
  } catch {
    recent.value = []
  }
}

/** Puts a record at the head of the recent ones; record pages call it when they open. */
export function remember(item: SearchItem): void {
  loadRecent()
  const rest = recent.value.filter((r) => r.kind !== item.kind || r.id !== item.id)
  recent.value = [item, ...rest].slice(0, MAX)
  sessionStorage.setItem(key(), JSON.stringify(recent.value))
}
