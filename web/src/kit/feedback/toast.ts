import { reactive } from 'vue'
import { asProblem, problemText } from '@/api/problem'

export interface Toast {
  id: number
  tone: 'ok' | 'bad' | 'info'
  text: string
  undo?: () => unknown
}

const LIFE_MS = 6000
const LIFE_WITH_UNDO_MS = 12000

export const toasts = reactive<Toast[]>([])
let last = 0
const timers = new Map<number, ReturnType<typeof setTimeout>>()

function show(tone: Toast['tone'], text: string, undo?: () => unknown): number {
  const id = ++last
  toasts.push({ id, tone, text, undo })
  if (toasts.length > 4 && toasts[0]) dismiss(toasts[0].id)
  resume(id)
  return id
}

export function dismiss(id: number): void {
  pause(id)
  const at = toasts.findIndex((x) => x.id === id)
  if (at >= 0) toasts.splice(at, 1)
}

/** Stops the clock while the person reads or reaches for the button. */
export function pause(id: number): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
}

export function resume(id: number): void {
  const item = toasts.find((x) => x.id === id)
  if (!item) return
  pause(id)
  timers.set(id, setTimeout(() => dismiss(id), item.undo ? LIFE_WITH_UNDO_MS : LIFE_MS))
}

export const toast = {
  /** Says that something was done; with `undo` it offers to take it back for 12 seconds. */
  ok: (text: string, options: { undo?: () => unknown } = {}) => show('ok', text, options.undo),
  info: (text: string) => show('info', text),
  /** Says why something failed. A cancelled request is not worth a word. */
  problem(error: unknown): void {
    const problem = asProblem(error)
    if (!problem.isAborted) show('bad', problemText(problem))
  },
}
