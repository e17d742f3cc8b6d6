import { ZapOff } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'outages', name: 'outages', component: () => import('./OutageList.vue'), meta: { title: 'outage.list', permission: 'outage.list' } },
    { path: 'outages/:id', name: 'outage', component: () => import('./OutagePage.vue'), meta: { title: 'outage.one', parent: 'outages', permission: 'outage.get' } },
  ],
  nav: [{ to: 'outages', label: 'outage.list', icon: ZapOff, group: 'work', order: 3.5, permission: 'outage.list', keys: 'g x' }],
  hits: { outage: { label: 'outage.one', icon: ZapOff, to: (i) => ({ name: 'outage', params: { id: i.id } }) } },
})
