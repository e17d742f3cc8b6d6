import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { call, type Schemas } from './client'

type Challenge = Schemas['PortalChallenge']

interface Code {
  challenge: ShallowRef<Challenge | undefined>
  wait: Ref<number>
  send: (of: Schemas['PortalAskInput']) => Promise<void>
}

/** A code that is asked for, and the seconds until another may be. */
export function useCode(): Code {
  const challenge = shallowRef<Challenge>()
  const wait = ref(0)
  const timer = setInterval(() => (wait.value = Math.max(0, wait.value - 1)), 1000)
  onScopeDispose(() => clearInterval(timer))
  async function send(of: Schemas['PortalAskInput']): Promise<void> {
    challenge.value = await call<Challenge>('POST', 'codes', { body: of })
    wait.value = challenge.value.again_s
  }
  return { challenge, wait, send }
}
