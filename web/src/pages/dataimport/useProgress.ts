import { useI18n } from 'vue-i18n'
import { api, etagOf, unwrap } from '@/api/client'
import { number } from '@/format/format'
import type { JobSource } from '@/kit'
import { jobOf } from './states'
import type { Import } from './types'

/** The progress of an import, asked of the import itself: whoever may see it sees how far it has come, not only who began it. */
export function useProgress({ id, version }: Import): JobSource {
  const { t } = useI18n()
  const path = { id }
  let seen = version
  return {
    get: async () => {
      const i = await unwrap(api.GET('/api/v1/imports/{id}', { params: { path } }))
      seen = i.version
      const settling = i.state === 'running' && i.rows_total > 0 && i.rows_done >= i.rows_total
      return jobOf(i, t(`import_ui.note.${settling ? 'settling' : i.state}`, { n: number(i.rows_done) }))
    },
    cancel: () => unwrap(api.POST('/api/v1/imports/{id}/cancel', { params: { path, header: { 'If-Match': etagOf({ version: seen }) } } })),
  }
}
