import { computed, ref, shallowRef } from 'vue'
import { api, unwrap } from '@/api/client'
import { asProblem, type Problem } from '@/api/problem'
import type { Org } from '@/api/types'
import { loadMe } from '@/session/session'
import { growTree } from './tree'

export const fetchOrgs = async (): Promise<Org[]> => (await unwrap(api.GET('/api/v1/orgs'))).items

/** The organisations with their versions, as the server has them. */
export function useOrgs() {
  const orgs = shallowRef<Org[]>([])
  const problem = shallowRef<Problem | null>(null)
  const loaded = ref(false)

  async function load(): Promise<void> {
    try {
      orgs.value = await fetchOrgs()
      problem.value = null
      loaded.value = true
    } catch (error) {
      problem.value = asProblem(error)
    }
  }
  /** After a change: the tree, and the person's own organisations in the side bar and the pickers. */
  async function changed(): Promise<void> {
    await Promise.all([load(), loadMe()])
  }
  void load()
  return { tree: computed(() => growTree(orgs.value)), problem, loaded, load, changed }
}
