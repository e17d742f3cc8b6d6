import { Fingerprint } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'sso', name: 'sso', component: () => import('./ProviderList.vue'), meta: { title: 'sso.title', permission: 'access.providers' } },
    { path: 'sso/new', name: 'sso-new', component: () => import('./ProviderPage.vue'), meta: { title: 'sso.add', parent: 'sso', permission: 'access.create_provider' } },
    { path: 'sso/:id', name: 'sso-edit', component: () => import('./ProviderPage.vue'), props: true, meta: { title: 'sso.title', parent: 'sso', permission: 'access.providers' } },
  ],
  nav: [{ to: 'sso', label: 'sso.title', icon: Fingerprint, group: 'admin', order: 6, permission: 'access.providers' }],
})
