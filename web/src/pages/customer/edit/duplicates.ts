import { shallowRef } from 'vue'
import { asProblem } from '@/api/problem'
import type { Candidate } from '../types'

/** Candidates on show, with what the answer does; null while nothing is asked. */
export interface Question {
  candidates: Candidate[]
  answer: (confirmed: boolean) => void
}

/**
 * Sends something that the server may refuse because others look like this customer; then shows the candidates and
 * sends it again as confirmed, or fails with the server's problem.
 */
export function useDuplicates() {
  const question = shallowRef<Question | null>(null)
  const ask = (candidates: Candidate[]) =>
    new Promise<boolean>((resolve) => {
      question.value = {
        candidates,
        answer: (confirmed) => {
          question.value = null
          resolve(confirmed)
        },
      }
    })

  async function guarded<R>(send: (confirmed: boolean) => Promise<R>): Promise<R> {
    try {
      return await send(false)
    } catch (error) {
      const problem = asProblem(error)
      if (problem.code !== 'customer.duplicates') throw error
      if (!(await ask((problem.params.candidates as Candidate[] | undefined) ?? []))) throw error
      return send(true)
    }
  }
  return { question, guarded }
}
