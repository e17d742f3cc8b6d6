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

function apply(): void {
  dark.value = theme.value === 'dark' || (theme.value === 'system' && systemDark.matches)
  document.documentElement.dataset.theme = dark.value ? 'dark' : 'light'
}

export function setTheme(next: Theme): void {
  theme.value = next
  localStorage.setItem(STORE, next)
  apply()
}

systemDark.addEventListener('change', apply)
// Paper is white: charts and diagrams are drawn in the light palette for as long as the print lasts.
window.addEventListener('beforeprint', () => {
  dark.value = false
  document.documentElement.dataset.theme = 'light'
})
window.addEventListener('afterprint', apply)
apply()
