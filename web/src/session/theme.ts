import { ref } from 'vue'

export type Theme = 'light' | 'dark' | 'system'
export const themes: Theme[] = ['light', 'dark', 'system']
const STORE = 'zhiyin.theme'
const systemDark = matchMedia('(prefers-color-scheme: dark)')

function stored(): Theme {
  const value = localStorage.getItem(STORE)
  return themes.find((t) => t === value) ?? 'system'
}

/** The person's choice. */
export const theme = ref<Theme>(stored())
/** Whether the dark palette is on now; charts follow it. */
export const dark = ref(false)

// The tokens change before `dark` does: what is drawn by script reads them as soon as it hears of the change.
function paint(next: boolean): void {
  document.documentElement.dataset.theme = next ? 'dark' : 'light'
  dark.value = next
}

function apply(): void {
  paint(theme.value === 'dark' || (theme.value === 'system' && systemDark.matches))
}

export function setTheme(next: Theme): void {
  theme.value = next
  localStorage.setItem(STORE, next)
  apply()
}

systemDark.addEventListener('change', apply)
// Paper is white: charts and diagrams are drawn in the light palette for as long as the print lasts.
window.addEventListener('beforeprint', () => paint(false))
window.addEventListener('afterprint', apply)
apply()
