import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { api, unwrap } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'
import type { Job } from '@/api/types'

const FIRST_MS = 300
const SLOWEST_MS = 3000
const GROWTH = 1.4

/** Where progress is asked for and stopped. A job is seen by who began it; a record that shows its own progress is another source. */
export interface JobSource {
  get: () => Promise<Job>
  cancel: () => Promise<unknown>
}

export const jobById = (id: string): JobSource => ({
  get: () => unwrap(api.GET('/api/v1/jobs/{id}', { params: { path: { id } } })),
  cancel: () => unwrap(api.POST('/api/v1/jobs/{id}/cancel', { params: { path: { id } } })),
})

/** Follows one job until it ends, asking less often the longer it takes. A lost connection is retried, not fatal. */
export function useJob(source: JobSource, ended?: (job: Job) => void) {
  const job = shallowRef<Job | null>(null)
  const trouble = shallowRef<Problem | null>(null)
  const cancelling = ref(false)
  let wait = FIRST_MS
  let timer: ReturnType<typeof setTimeout> | undefined
  let stopped = false

  async function ask(): Promise<void> {
    try {
      const now = await source.get()
      if (stopped) return
      job.value = now
      trouble.value = null
      if (isOver(now)) return ended?.(now)
    } catch (error) {
      if (stopped) return
      trouble.value = asProblem(error)
      if (trouble.value.status >= 400 && trouble.value.status < 500) return
    }
    timer = setTimeout(ask, wait)
    wait = Math.min(wait * GROWTH, SLOWEST_MS)
  }

  async function cancel(): Promise<void> {
    cancelling.value = true
    try {
      await source.cancel()
    } catch (error) {
      cancelling.value = false
      throw error
    }
  }

  onScopeDispose(() => {
    stopped = true
    clearTimeout(timer)
  })
  void ask()
  const part = computed(() => (job.value?.total ? Math.min(1, job.value.progress / job.value.total) : null))
  return { job, part, trouble, cancelling, cancel }
}

export const isOver = (job: Job): boolean => job.state === 'done' || job.state === 'failed' || job.state === 'cancelled'
