import { lang } from '@/i18n'
import type { Field } from './types'

/** A field's name in the reader's language; a company need not name its own in English. */
export const fieldName = (f: Field): string => (lang.value === 'en' && f.en) || f.zh
