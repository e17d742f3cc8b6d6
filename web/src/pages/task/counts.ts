import { computed, shallowRef } from 'vue'
import { api, unwrap } from '@/api/client'
import type { TaskCounts } from '@/api/types'
import { t } from '@/i18n'
import type { Badge } from '@/router/module'

/** How many open tasks the signed-in person has; null until it is known. */
export const taskCounts = shallowRef<TaskCounts | null>(null)

/** Asks again; what is not answered leaves the last figures. */
export async function countTasks(): Promise<void> {
  taskCounts.value = await unwrap(api.GET('/api/v1/tasks/counts')).catch(() => taskCounts.value)
}

/** The figure beside the entry of the navigation. */
export const taskBadge = computed<Badge | null>(() => {
  const { mine = 0, late = 0 } = taskCounts.value ?? {}
  return mine ? { n: mine, urgent: late > 0, text: t(late ? 'task.badge_late' : 'task.badge', { n: mine, late }) } : null
})
