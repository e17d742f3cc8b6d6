import { FileSearch, Link2 } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'audit', name: 'audit', component: () => import('./AuditList.vue'), meta: { title: 'audit_ui.title', permission: 'audit.list' } },
    {
      path: 'audit/chain',
      name: 'audit-chain',
      component: () => import('./ChainPage.vue'),
      meta: { title: 'audit_ui.chain', parent: 'audit', permission: 'audit.state' },
    },
    {
      path: 'audit/:id',
      name: 'audit-entry',
      component: () => import('./AuditEntry.vue'),
      props: true,
      meta: { title: 'audit_ui.entry', parent: 'audit', permission: 'audit.open' },
    },
  ],
  nav: [{ to: 'audit', label: 'audit_ui.title', icon: FileSearch, group: 'admin', order: 9, permission: 'audit.list' }],
  commands: [{ id: 'audit.chain', label: 'audit_ui.chain', icon: Link2, permission: 'audit.state', to: { name: 'audit-chain' } }],
})
