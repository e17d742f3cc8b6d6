// Writing into a field for somebody, at the place where he would.
import { nextTick } from 'vue'

/** Puts something at the cursor of a text, in the place of what is marked. */
export function insertAt(text: string, at: { start: number; end: number }, piece: string): string {
  return text.slice(0, at.start) + piece + text.slice(at.end)
}

/** Writes into a field where its cursor stands, or last stood, as if it were typed. */
export async function typeInto(field: HTMLInputElement | HTMLTextAreaElement, piece: string): Promise<void> {
  const start = field.selectionStart ?? field.value.length
  field.value = insertAt(field.value, { start, end: field.selectionEnd ?? start }, piece)
  field.dispatchEvent(new Event('input', { bubbles: true }))
  await nextTick()
  field.focus()
  field.setSelectionRange(start + piece.length, start + piece.length)
}

/** Remembers which field of a form the cursor stood in last: call `remember` on focusin. */
export function useCaret() {
  let last: HTMLInputElement | HTMLTextAreaElement | undefined
  return {
    remember(event: FocusEvent): void {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) last = event.target
    },
    insert: async (piece: string): Promise<void> => (last ? typeInto(last, piece) : undefined),
  }
}
