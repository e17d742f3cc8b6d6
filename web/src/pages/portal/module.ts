import { Smartphone } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [{ path: 'portal-settings', name: 'portal-settings', component: () => import('./SettingPage.vue'), meta: { title: 'portal_ui.title', permission: 'portal.settings' } }],
  nav: [{ to: 'portal-settings', label: 'portal_ui.title', icon: Smartphone, group: 'admin', order: 7.4, permission: 'portal.settings' }],
})
