import { FileLock2, LockKeyhole, Timer } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'lookups', name: 'lookups', component: () => import('./LookupsPage.vue'), meta: { title: 'lookup.title', permission: 'lookup.get' } },
    { path: 'lookups/:id', name: 'lookup', component: () => import('./LookupPage.vue'), meta: { title: 'lookup.one', parent: 'lookups', permission: 'lookup.get' } },
    { path: 'lookup-rule', name: 'lookup-rule', component: () => import('./RulePage.vue'), meta: { title: 'lookup.rule_title', permission: 'lookup.rule' } },
  ],
  nav: [
    { to: 'lookups', label: 'lookup.title', icon: LockKeyhole, group: 'work', order: 6, permission: 'lookup.get' },
    { to: 'lookup-rule', label: 'lookup.rule_title', icon: Timer, group: 'admin', order: 7, permission: 'lookup.set_rule' },
  ],
  hits: { lookup: { label: 'lookup.one', icon: FileLock2, to: (i) => ({ name: 'lookup', params: { id: i.id } }) } },
})
