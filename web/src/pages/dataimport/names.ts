import { lang } from '@/i18n'
import type { Field, Value } from './types'

/** A field's name in the reader's language; a company need not name its own in English. */
export const fieldName = (f: Field): string => (lang.value === 'en' && f.en) || f.zh

/** What a code means in the reader's language. */
export const valueName = (v: Value): string => (lang.value === 'en' && v.en) || v.zh
