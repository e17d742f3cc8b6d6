import { Plus, Shapes, UserRound, Users } from '@lucide/vue'
import { defineModule } from '@/router/module'

const record = { parent: 'customers', permission: 'customer.get' }
const sheet = (name: string, permission: string) => ({ title: `customer_ui.sheet.${name}`, parent: 'customer', permission })

export default defineModule({
  routes: [
    { path: 'customers', name: 'customers', component: () => import('./CustomerList.vue'), meta: { title: 'customer_ui.list', permission: 'customer.list' } },
    { path: 'customers/new', name: 'customer-new', component: () => import('./CustomerNew.vue'), meta: { title: 'customer_ui.create', parent: 'customers', permission: 'customer.create' } },
    { path: 'customers/:id', name: 'customer', component: () => import('./CustomerPage.vue'), meta: { title: 'customer_ui.tabs', ...record } },
    { path: 'customers/:id/edit', name: 'customer-edit', component: () => import('./CustomerEdit.vue'), meta: { title: 'customer_ui.edit', parent: 'customer', permission: 'customer.update' } },
    { path: 'customers/:id/merge', name: 'customer-merge', component: () => import('./merge/MergePage.vue'), meta: { title: 'customer_ui.merge_title', parent: 'customer', permission: 'customer.merge' } },
    { path: 'customers/:id/card', name: 'customer-card', component: () => import('./print/CardSheet.vue'), meta: sheet('card', 'customer.get') },
    { path: 'customers/:id/assessment', name: 'customer-assessment', component: () => import('./print/AssessmentSheet.vue'), meta: sheet('assessment', 'supply.print') },
    { path: 'customers/:id/statistics', name: 'customer-statistics', component: () => import('./print/StatisticsSheet.vue'), meta: sheet('statistics', 'supply.print') },
    { path: 'accounts/:id/contract', name: 'account-contract', component: () => import('./print/ContractSheet.vue'), meta: { title: 'customer_ui.sheet.contract', parent: 'customers', permission: 'supply.print' } },
    { path: 'customer-settings', name: 'customer-settings', component: () => import('./setting/SettingsPage.vue'), meta: { title: 'customer_ui.settings', permission: 'scheme.list' } },
  ],
  nav: [
    { to: 'customers', label: 'customer_ui.list', icon: Users, group: 'customers', order: 1, permission: 'customer.list', keys: 'g c' },
    { to: 'customer-settings', label: 'customer_ui.settings', icon: Shapes, group: 'admin', order: 5, permission: 'scheme.update' },
  ],
  commands: [{ id: 'customer.create', label: 'customer_ui.create', icon: Plus, permission: 'customer.create', to: { name: 'customer-new' } }],
  hits: { customer: { label: 'customer_ui.customer', icon: UserRound, to: (i) => ({ name: 'customer', params: { id: i.id } }) } },
})
