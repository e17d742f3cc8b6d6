import { ListChecks } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'bulk-changes', name: 'bulk-changes', component: () => import('./BulkList.vue'), meta: { title: 'bulk.title', permission: 'bulk.list' } },
    { path: 'bulk-changes/:id', name: 'bulk-change', component: () => import('./BulkPage.vue'), meta: { title: 'bulk.one', parent: 'bulk-changes', permission: 'bulk.get' } },
  ],
  nav: [{ to: 'bulk-changes', label: 'bulk.title', icon: ListChecks, group: 'work', order: 9, permission: 'bulk.list' }],
})
