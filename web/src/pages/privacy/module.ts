import { ShieldUser } from '@lucide/vue'
import { defineModule } from '@/router/module'

const to = (i: { id: string }) => ({ name: 'privacy-request', params: { id: i.id } })

export default defineModule({
  routes: [
    { path: 'privacy-requests', name: 'privacy-requests', component: () => import('./RequestList.vue'), meta: { title: 'privacy_ui.list', permission: 'privacy.list' } },
    { path: 'privacy-requests/:id', name: 'privacy-request', component: () => import('./RequestPage.vue'), meta: { title: 'privacy_ui.one', parent: 'privacy-requests', permission: 'privacy.get' } },
  ],
  nav: [{ to: 'privacy-requests', label: 'privacy_ui.list', icon: ShieldUser, group: 'customers', order: 7, permission: 'privacy.list' }],
  hits: { privacy_request: { label: 'privacy_ui.one', icon: ShieldUser, to } },
})
