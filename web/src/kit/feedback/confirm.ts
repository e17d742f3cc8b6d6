import { shallowRef } from 'vue'

export interface Question {
  title: string
  text?: string
  /** What the confirming button says: the deed, not "OK". */
  action: string
  danger?: boolean
  /** The person must type this word first; for what cannot be taken back. */
  typeToConfirm?: string
}

export interface Asked extends Question {
  answer: (yes: boolean) => void
}

export const asked = shallowRef<Asked | null>(null)

/** Asks before a deed; resolves to false on Escape and cancel. */
export function confirm(question: Question): Promise<boolean> {
  asked.value?.answer(false)
  return new Promise((resolve) => {
    asked.value = {
      ...question,
      answer: (yes) => {
        asked.value = null
        resolve(yes)
      },
    }
  })
}
