import { Building2, Landmark, UsersRound, Zap } from '@lucide/vue'
import { computed, type Component } from 'vue'
import type { OrgLevel } from '@/api/types'
import { NONE } from '@/format/format'
import { me } from '@/session/session'
import { growTree, pathOf } from './tree'

export const levelIcons: Record<OrgLevel, Component> = { province: Landmark, city: Building2, county: Zap, unit: UsersRound }

/** The organisations within the signed-in person's grants, for pickers and names. */
export const myTree = computed(() => growTree(me.value?.orgs ?? []))

/** The name of an organisation; a dash for one outside the person's grants. */
export const orgName = (id: string | undefined): string => myTree.value.byId.get(id ?? '')?.org.name ?? NONE

/** The same where room is scarce, as in lists. */
export const orgShort = (id: string | undefined): string => myTree.value.byId.get(id ?? '')?.org.short_name || NONE

/** Where it stands: "云江省电力公司 / 云州供电公司", itself left out. */
export function orgWay(id: string): string {
  const branch = myTree.value.byId.get(id)
  return branch ? pathOf(branch).slice(0, -1).map((b) => b.org.name).join(' / ') : ''
}
