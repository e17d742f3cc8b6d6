import { ref } from 'vue'
import { Refusal, call, type Schemas } from './client'

export type Profile = Schemas['PortalProfile']

/** Who is signed in: undefined while it is not known, null for nobody. */
export const profile = ref<Profile | null>()
/** Whether a session came to its end while it was used. */
export const ended = ref(false)

/** Finds out who is signed in. */
export async function recognise(): Promise<Profile | null> {
  try {
    profile.value = await call<Profile>('GET', 'me')
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401) throw error
    profile.value = null
  }
  return profile.value
}

/** Under what the telephone keeps what was not sent. */
export const DRAFT = 'zhiyin.portal.draft'

/** Signs out here and at the server; what was not sent is gone. */
export async function leave(): Promise<void> {
  await call('DELETE', 'sessions/current')
  localStorage.removeItem(DRAFT)
  profile.value = null
}

/** Like call, for what only a signed-in customer is told: a session that ended leads to the sign-in. */
export async function ask<T>(...of: Parameters<typeof call>): Promise<T> {
  try {
    return await call<T>(...of)
  } catch (error) {
    if (error instanceof Refusal && error.status === 401) {
      ended.value = true
      profile.value = null
    }
    throw error
  }
}
