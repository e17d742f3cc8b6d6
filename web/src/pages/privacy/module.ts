import { FileCheck2, ShieldUser } from '@lucide/vue'
import { defineModule } from '@/router/module'

const to = (i: { id: string }) => ({ name: 'privacy-request', params: { id: i.id } })

export default defineModule({
  routes: [
    { path: 'privacy-requests', name: 'privacy-requests', component: () => import('./RequestList.vue'), meta: { title: 'privacy_ui.list', permission: 'privacy.list' } },
    { path: 'privacy-requests/:id', name: 'privacy-request', component: () => import('./RequestPage.vue'), meta: { title: 'privacy_ui.one', parent: 'privacy-requests', permission: 'privacy.get' } },
    { path: 'consent-purposes', name: 'consent-purposes', component: () => import('./purpose/PurposesPage.vue'), meta: { title: 'privacy_ui.purposes', permission: 'consent.purposes' } },
  ],
  nav: [
    { to: 'privacy-requests', label: 'privacy_ui.list', icon: ShieldUser, group: 'customers', order: 7, permission: 'privacy.list' },
    { to: 'consent-purposes', label: 'privacy_ui.purposes', icon: FileCheck2, group: 'admin', order: 7.1, permission: 'consent.purposes' },
  ],
  hits: { privacy_request: { label: 'privacy_ui.one', icon: ShieldUser, to } },
})
