const FOCUSABLE =
  'a[href],button:not(:disabled),input:not(:disabled),select:not(:disabled),textarea:not(:disabled),[tabindex]:not([tabindex="-1"])'

/** The elements Tab reaches inside root, in order. */
export function focusables(root: HTMLElement): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((el) => !el.closest('[hidden],[inert]'))
}

/** Keeps Tab inside root. Call it from root's keydown. */
export function trapTab(event: KeyboardEvent, root: HTMLElement): void {
  if (event.key !== 'Tab') return
  const stops = focusables(root)
  const first = stops[0]
  const last = stops[stops.length - 1]
  if (!first || !last) return event.preventDefault()
  const at = document.activeElement
  if (event.shiftKey && (at === first || !root.contains(at))) {
    event.preventDefault()
    last.focus()
  } else if (!event.shiftKey && (at === last || !root.contains(at))) {
    event.preventDefault()
    first.focus()
  }
}

/** Whether a key press belongs to a field the person is typing in. */
export function isTyping(event: KeyboardEvent): boolean {
  const el = event.target as HTMLElement | null
  if (!el?.closest) return false
  return !!el.closest('input:not([type=checkbox]):not([type=radio]),textarea,select,[contenteditable=true],[role=combobox]')
}
