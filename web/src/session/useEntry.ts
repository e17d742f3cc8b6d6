import { computed, onBeforeUnmount, ref } from 'vue'
import { asProblem, Problem } from '@/api/problem'
import { useForm } from '@/kit/form/useForm'
import type { Attempt } from './session'

/** Signing in: name and password, then a code where the person has a second factor; a locked login counts down. */
export function useEntry(options: { login?: string; enter: (attempt: Attempt) => Promise<void>; entered?: () => unknown }) {
  const wantsCode = ref(false)
  const { wait, start } = useCountdown(() => (form.problem = null))
  const form = useForm({
    initial: { login: options.login ?? '', password: '', code: '' },
    save: async (attempt: Attempt) => {
      try {
        await options.enter(attempt)
        return true
      } catch (error) {
        return meet(asProblem(error))
      }
    },
    saved: (inside) => inside && options.entered?.(),
    noGuard: true,
  })
  // A code that is still missing is the next step, no failure.
  function meet(problem: Problem): false {
    if (problem.code === 'access.locked') start(Number(problem.params.retry_after_s) || 0)
    if (problem.code === 'access.code_required' && !form.values.code) wantsCode.value = true
    else if (problem.code === 'access.code') form.values.code = ''
    if (problem.code === 'access.credentials') back()
    if (problem.code !== 'access.code_required') throw problem
    return false
  }
  function back(): void {
    wantsCode.value = false
    form.values.code = ''
  }
  const waiting = computed(() => `${Math.floor(wait.value / 60)}:${String(wait.value % 60).padStart(2, '0')}`)
  return { form, wantsCode, back, wait, waiting }
}

function useCountdown(over: () => void) {
  const wait = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined
  const stop = () => clearInterval(timer)
  function start(seconds: number): void {
    stop()
    const end = Date.now() + seconds * 1000
    const tick = () => {
      wait.value = Math.max(0, Math.ceil((end - Date.now()) / 1000))
      if (wait.value > 0) return
      stop()
      over()
    }
    timer = setInterval(tick, 500)
    tick()
  }
  onBeforeUnmount(stop)
  return { wait, start }
}
