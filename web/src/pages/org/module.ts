import { Network } from '@lucide/vue'
import { defineModule } from '@/router/module'

// The tree may be read by most; it belongs into the navigation of those who look after people.
export default defineModule({
  routes: [{ path: 'orgs', name: 'orgs', component: () => import('./OrgPage.vue'), meta: { title: 'org.title', permission: 'org.list' } }],
  nav: [{ to: 'orgs', label: 'org.title', icon: Network, group: 'admin', order: 1, permission: 'access.list', keys: 'g o' }],
})
