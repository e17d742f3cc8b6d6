import { CircuitBoard, Gauge, House, Network, Zap } from '@lucide/vue'
import { defineModule } from '@/router/module'
import { icons, kindOf, placeOf } from './places'
import type { Plural } from './types'

const list = { permission: 'supply.list' }
const record = (parent: string) => ({ parent, permission: 'supply.get' })

/** The list a record belongs to, for the breadcrumbs. */
const parents: Record<Plural, string> = {
  accounts: 'supply-accounts',
  premises: 'supply-premises',
  'metering-points': 'supply-points',
  meters: 'supply-meters',
  substations: 'network',
  lines: 'network',
  districts: 'network',
  equipment: 'network',
  'equipment-conditions': 'network',
  'supply-contracts': 'supply-accounts',
}
const edits = (Object.keys(parents) as Plural[]).flatMap((plural) => {
  const component = () => import('./edit/RecordEdit.vue')
  const title = `supply_ui.new.${kindOf[plural]}`
  return [
    { path: `${plural}/new`, name: `supply-${plural}-new`, component, props: { plural }, meta: { title, parent: parents[plural], permission: 'supply.create' } },
    { path: `${plural}/:id/edit`, name: `supply-${plural}-edit`, component, props: { plural }, meta: { title, parent: parents[plural], permission: 'supply.update' } },
  ]
})
const lists = (['accounts', 'premises', 'metering-points', 'meters'] as const).map((plural) => ({
  path: plural,
  name: parents[plural],
  component: () => import('./list/RecordList.vue'),
  props: { plural },
  meta: { title: `supply_ui.list.${plural}`, ...list },
}))
const found = (kind: string) => ({ label: `supply_ui.${kind}`, icon: icons[kind] ?? Zap, to: (i: { id: string }) => placeOf(kind, i.id) })

export default defineModule({
  routes: [
    ...lists,
    ...edits,
    { path: 'accounts/:id', name: 'supply-account', component: () => import('./account/AccountPage.vue'), meta: { title: 'supply_ui.account', ...record('supply-accounts') } },
    { path: 'accounts/:id/installation', name: 'supply-installation', component: () => import('./account/InstallationEdit.vue'), meta: { title: 'supply_ui.tab.installation', parent: 'supply-account', permission: 'supply.update' } },
    { path: 'premises/:id', name: 'supply-premise', component: () => import('./account/PremisePage.vue'), meta: { title: 'supply_ui.premise', ...record('supply-premises') } },
    { path: 'metering-points/:id', name: 'supply-point', component: () => import('./meter/PointPage.vue'), meta: { title: 'supply_ui.point', ...record('supply-points') } },
    { path: 'meters/:id', name: 'supply-meter', component: () => import('./meter/MeterPage.vue'), meta: { title: 'supply_ui.meter', ...record('supply-meters') } },
    { path: 'network/:kind(substation|line|district|equipment)?', name: 'network', component: () => import('./network/NetworkPage.vue'), meta: { title: 'supply_ui.network', ...list } },
    { path: 'network/:kind(substation|line|district)/:id', name: 'network-node', component: () => import('./network/NodePage.vue'), meta: { title: 'supply_ui.network', ...record('network') } },
    { path: 'network/:kind(equipment)/:id', name: 'network-equipment', component: () => import('./network/EquipmentPage.vue'), meta: { title: 'supply_ui.equipment', ...record('network') } },
  ],
  nav: [
    { to: 'supply-accounts', label: 'supply_ui.list.accounts', icon: Zap, group: 'supply', order: 1, permission: 'supply.list', keys: 'g a' },
    { to: 'network', label: 'supply_ui.network', icon: Network, group: 'supply', order: 2, permission: 'supply.list', keys: 'g n' },
    { to: 'supply-meters', label: 'supply_ui.list.meters', icon: Gauge, group: 'supply', order: 3, permission: 'supply.list' },
    { to: 'supply-points', label: 'supply_ui.list.metering-points', icon: CircuitBoard, group: 'supply', order: 4, permission: 'supply.list' },
    { to: 'supply-premises', label: 'supply_ui.list.premises', icon: House, group: 'supply', order: 5, permission: 'supply.list' },
  ],
  hits: Object.fromEntries(['account', 'meter', 'substation', 'line', 'district', 'equipment'].map((kind) => [kind, found(kind)])),
})
