// What the form of a purpose holds, and what is sent.
import type { components } from '@/api/schema'
import type { Purpose } from '../types'

type Change = Omit<components['schemas']['PrivacyPurposeChange'], 'retired'>

export const changeOf = (p?: Purpose): Required<Change> => ({
  name_zh: p?.name_zh ?? '',
  name_en: p?.name_en ?? '',
  sensitive: p?.sensitive ?? false,
  text_zh: p?.text.zh ?? '',
  text_en: p?.text.en ?? '',
  source_zh: p?.source_zh ?? '',
  source_en: p?.source_en ?? '',
})

/** Another text is another version: who consented is asked anew. */
export const asksAnew = (p: Purpose | undefined, now: Pick<Change, 'text_zh' | 'text_en'>): boolean =>
  !!p && (now.text_zh.trim() !== p.text.zh || now.text_en.trim() !== p.text.en)
