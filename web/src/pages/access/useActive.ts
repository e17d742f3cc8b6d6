import type { User } from '@/api/types'
import { t } from '@/i18n'
import { confirm, toast } from '@/kit'
import { setActive } from './users'

/** Stopping users and letting them in again, with their questions and words. */
export function useActive(changed: () => unknown) {
  async function change(user: User, active: boolean): Promise<void> {
    await setActive(user.id, active)
    await changed()
  }
  async function stop(user: User): Promise<void> {
    const sure = await confirm({
      title: t('access.stop_title', { name: user.name }),
      text: t('access.stop_text'),
      action: t('access.stop'),
      danger: true,
    })
    if (!sure) return
    try {
      await change(user, false)
      toast.ok(t('access.stopped_now', { name: user.name }), { undo: () => change(user, true) })
    } catch (error) {
      toast.problem(error)
    }
  }
  async function letIn(user: User): Promise<void> {
    try {
      await change(user, true)
      toast.ok(t('access.let_in_now', { name: user.name }), { undo: () => change(user, false) })
    } catch (error) {
      toast.problem(error)
    }
  }
  return { stop, letIn }
}
