import { ref, shallowRef } from 'vue'
import { createI18n, type MessageContext, type MessageFunction } from 'vue-i18n'
import type { Language as ElementLanguage } from 'element-plus/es/locale'
import { formatMessage } from './message'

export type Lang = 'zh' | 'en'
export const langs: Lang[] = ['zh', 'en']
const STORE = 'zhiyin.lang'
const tags: Record<Lang, string> = { zh: 'zh-CN', en: 'en' }

export const i18n = createI18n({
  legacy: false,
  locale: 'zh',
  fallbackLocale: 'zh',
  flatJson: false,
  messageResolver: (table, key) => (table as Record<string, string>)[key] ?? null,
  messageCompiler: (message) => {
    const text = String(message)
    return ((ctx: MessageContext) => formatMessage(text, (name) => ctx.named(name))) as MessageFunction
  },
  missingWarn: import.meta.env.DEV,
  fallbackWarn: false,
  messages: {},
})

/** Element Plus' own words (date picker, pagination) in the current language. */
export const elementLocale = shallowRef<ElementLanguage>()
/** The current language; change it with setLang. */
export const lang = ref<Lang>('zh')

/** The language of the stored choice, else of the browser. */
export function preferredLang(): Lang {
  const stored = localStorage.getItem(STORE)
  if (stored === 'zh' || stored === 'en') return stored
  return navigator.language.startsWith('en') ? 'en' : 'zh'
}

/** Whether the person chose a language on this machine. */
export const hasChosenLang = (): boolean => localStorage.getItem(STORE) !== null

/** Loads the language's catalogue and switches the whole interface to it. */
export async function setLang(next: Lang, remember = true): Promise<void> {
  const { messages, element } = await (next === 'zh' ? import('./zh') : import('./en'))
  i18n.global.setLocaleMessage(next, messages)
  ;(i18n.global.locale as unknown as { value: Lang }).value = next
  elementLocale.value = element
  lang.value = next
  document.documentElement.lang = tags[next]
  if (remember) localStorage.setItem(STORE, next)
}

/** Text of a key outside components; inside them use useI18n().t. */
export const t = (key: string, params: Record<string, unknown> = {}): string => i18n.global.t(key, params)

/** Whether the current catalogue has the key. */
export const hasText = (key: string): boolean => key in (i18n.global.getLocaleMessage(lang.value) as object)

/** BCP 47 tag of the current language, for Intl and Accept-Language. */
export const langTag = (): string => tags[lang.value]
