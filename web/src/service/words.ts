import { ref, shallowRef } from 'vue'
import { formatMessage } from '@/i18n/message'

export type Lang = 'zh' | 'en'
const STORE = 'zhiyin.lang'
const tags: Record<Lang, string> = { zh: 'zh-CN', en: 'en' }
const table = shallowRef<Record<string, string>>({})

/** The current language; change it with setLang. */
export const lang = ref<Lang>('zh')

/** The language of the stored choice, else of the browser. */
export function preferredLang(): Lang {
  const stored = localStorage.getItem(STORE)
  if (stored === 'zh' || stored === 'en') return stored
  return navigator.language.startsWith('en') ? 'en' : 'zh'
}

/** Loads the customers' words of a language and switches to it. */
export async function setLang(next: Lang, remember = true): Promise<void> {
  const { words } = await (next === 'zh' ? import('./words-zh') : import('./words-en'))
  table.value = words
  lang.value = next
  document.documentElement.lang = tags[next]
  if (remember) localStorage.setItem(STORE, next)
}

/** Text of a key of the catalogue's portal.json. */
export const t = (key: string, params: Record<string, unknown> = {}): string => formatMessage(table.value[key] ?? key, (name) => params[name])

/** BCP 47 tag of the current language, for Intl and Accept-Language. */
export const langTag = (): string => tags[lang.value]

/** A moment as people write it: the year only where it is not this one. */
export function moment(at: string): string {
  const of = new Date(at)
  const year = of.getFullYear() === new Date().getFullYear() ? undefined : 'numeric'
  return of.toLocaleString(langTag(), { year, month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false, timeZone: 'Asia/Shanghai' })
}
