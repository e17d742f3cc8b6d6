import { computed, ref, shallowRef } from 'vue'
import { api, unwrap } from '@/api/client'
import { lang } from '@/i18n'
import type { OwnModel, Text } from './types'

/** The wording in the reader's language. */
export const inLang = (text: Text | undefined): string => (lang.value === 'en' && text?.en ? text.en : (text?.zh ?? ''))

/** How surveys and estimations name a model: a shipped one by its name, an own one by its identifier. */
export const refOf = (m: { shipped: boolean; name: string; id?: string }): string => (m.shipped ? m.name : (m.id ?? ''))

const models = shallowRef<OwnModel[]>([])
const asked = ref(false)

/** The models the person may use, asked for once; `reload` after a change. */
export function useModels() {
  async function reload(): Promise<void> {
    models.value = (await unwrap(api.GET('/api/v1/satisfaction-models'))).items
  }
  if (!asked.value) {
    asked.value = true
    reload().catch(() => (asked.value = false)) // lists show the reference instead of the title
  }
  const byRef = computed(() => new Map(models.value.map((m) => [refOf(m), m])))
  const titleOf = (ref: string): string => inLang(byRef.value.get(ref)?.title) || ref
  return { models, reload, refOf, titleOf }
}
