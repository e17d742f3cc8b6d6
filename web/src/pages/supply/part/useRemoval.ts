import { useRouter, type RouteLocationRaw } from 'vue-router'
import { t } from '@/i18n'
import { confirm, toast } from '@/kit'
import { textOf } from '../edit/refs'
import { listOf } from '../places'
import { drop } from '../records'
import type { AnyRecord, Plural } from '../types'

/** Removes a record nothing refers to, after asking; it cannot be taken back. */
export function useRemoval() {
  const router = useRouter()
  return async (kind: Plural, record: AnyRecord, then?: RouteLocationRaw | (() => unknown)): Promise<void> => {
    const name = textOf(record)
    if (!(await confirm({ title: t('supply_ui.remove_title', { name }), text: t('supply_ui.remove_text'), action: t('supply_ui.remove'), danger: true }))) return
    try {
      await drop(kind, record)
      toast.ok(t('supply_ui.removed', { name }))
      if (typeof then === 'function') await then()
      else await router.push(then ?? listOf(kind))
    } catch (error) {
      toast.problem(error)
    }
  }
}
