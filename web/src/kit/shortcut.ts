import { onScopeDispose, reactive, ref, watch } from 'vue'
import { isTyping } from './overlay/focus'

export interface Shortcut {
  /** "mod+k" (Ctrl, ⌘ on a Mac), "/", or a sequence "g c". */
  keys: string
  /** Catalogue key, shown on the help sheet. */
  label: string
  /** Nothing: the keys are an element's own, and only told. */
  run?: () => void
  /** They work on every page. */
  everywhere?: boolean
  /** Whether they do something now; where they never do nothing, absent. */
  when?: () => boolean
  /** Tells registrations apart. */
  id: number
}

export const shortcuts = reactive<Shortcut[]>([])

const STORE = 'zhiyin.keys'
/** Keys without Ctrl can be turned off (WCAG 2.1.4), e.g. by people who speak to their computer. */
export const singleKeys = ref(localStorage.getItem(STORE) !== 'off')
watch(singleKeys, (on) => localStorage.setItem(STORE, on ? 'on' : 'off'))

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

let registered = 0

function register(entry: Omit<Shortcut, 'id'>): void {
  const id = ++registered
  shortcuts.push({ ...entry, id })
  onScopeDispose(() => {
    const at = shortcuts.findIndex((s) => s.id === id)
    if (at >= 0) shortcuts.splice(at, 1)
  })
}

/** Registers a key for as long as the component lives; the youngest registration of a key that does something now wins. */
export function useShortcut(keys: string, label: string, run: () => void, more: Pick<Shortcut, 'everywhere' | 'when'> = {}): void {
  register({ keys, label, run, ...more })
}

/** Whether a key does something now: only then the help sheet tells of it. */
export const works = (s: Shortcut): boolean => s.when?.() ?? true

/** Tells of a key that an element handles itself, on the help sheet. */
export const useKeyHint = (keys: string, label: string): void => register({ keys, label })

/** The keys for showing: "mod+k" → ["Ctrl", "K"]. */
export function keyCaps(keys: string): string[] {
  return keys.split(/[+ ]/).map((k) => (k === 'mod' ? (isMac ? '⌘' : 'Ctrl') : k.length === 1 ? k.toUpperCase() : k))
}

const SEQUENCE_MS = 900
let pending = ''
let pendingAt = 0

const hasMod = (event: KeyboardEvent) => event.ctrlKey || event.metaKey

function isForUs(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing || event.altKey) return false
  return hasMod(event) || (singleKeys.value && !isTyping(event) && !document.querySelector('[aria-modal=true]'))
}

/** Handles one key press; true when a shortcut took it. */
export function press(event: KeyboardEvent): boolean {
  if (!isForUs(event)) return false
  const mod = hasMod(event)
  const key = event.key.toLowerCase()
  const sequence = pending && event.timeStamp - pendingAt < SEQUENCE_MS ? `${pending} ${key}` : ''
  const wanted = mod ? [`mod+${key}`] : [sequence, key]
  for (const keys of wanted) {
    const hit = keys ? shortcuts.findLast((s) => s.keys === keys && s.run && works(s)) : undefined
    if (!hit?.run) continue
    event.preventDefault()
    pending = ''
    hit.run()
    return true
  }
  pending = mod ? '' : key
  pendingAt = event.timeStamp
  return false
}
