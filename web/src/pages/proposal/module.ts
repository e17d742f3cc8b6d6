import { FileDiff } from '@lucide/vue'
import { defineModule } from '@/router/module'

const propose = { permission: 'proposal.create' }
export default defineModule({
  routes: [
    { path: 'proposals', name: 'proposals', component: () => import('./ProposalList.vue'), meta: { title: 'proposal.list', permission: 'proposal.list' } },
    { path: 'proposals/:id', name: 'proposal', component: () => import('./ProposalPage.vue'), meta: { title: 'proposal.one', parent: 'proposals', permission: 'proposal.get' } },
    { path: 'proposals/:id/correct', name: 'proposal-correct', component: () => import('./ProposePage.vue'), meta: { title: 'proposal.correct', parent: 'proposal', ...propose } },
    { path: 'customers/propose', name: 'customer-propose-new', component: () => import('./ProposePage.vue'), meta: { title: 'proposal.propose_new', parent: 'customers', ...propose } },
    { path: 'customers/:id/propose', name: 'customer-propose', component: () => import('./ProposePage.vue'), meta: { title: 'proposal.propose', parent: 'customer', ...propose } },
  ],
  nav: [{ to: 'proposals', label: 'proposal.list', icon: FileDiff, group: 'customers', order: 2, permission: 'proposal.list', keys: 'g p' }],
  hits: { proposal: { label: 'proposal.one', icon: FileDiff, to: (i) => ({ name: 'proposal', params: { id: i.id } }) } },
})
