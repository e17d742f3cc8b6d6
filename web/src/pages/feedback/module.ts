import { Headset, Newspaper, PhoneIncoming, Workflow } from '@lucide/vue'
import { defineModule } from '@/router/module'

const record = { parent: 'case', permission: 'feedback.get' }
export default defineModule({
  routes: [
    { path: 'cases', name: 'cases', component: () => import('./CaseList.vue'), meta: { title: 'feedback_ui.list', permission: 'feedback.list' } },
    { path: 'cases/new', name: 'case-new', component: () => import('./CaseNew.vue'), meta: { title: 'feedback_ui.create', parent: 'cases', permission: 'feedback.create' } },
    { path: 'cases/:id', name: 'case', component: () => import('./CasePage.vue'), meta: { title: 'feedback_ui.case', parent: 'cases', permission: 'feedback.get' } },
    { path: 'cases/:id/edit', name: 'case-edit', component: () => import('./CaseEdit.vue'), meta: { title: 'feedback_ui.edit', parent: 'case', permission: 'feedback.update' } },
    { path: 'cases/:id/order', name: 'case-order', component: () => import('./print/WorkOrder.vue'), meta: { title: 'feedback_ui.work_order', ...record } },
    { path: 'cases/:id/thanks', name: 'case-thanks', component: () => import('./print/ThanksLetter.vue'), meta: { title: 'feedback_ui.thanks', ...record } },
    { path: 'cases/:id/slip', name: 'case-slip', component: () => import('./print/SlipSheet.vue'), meta: { title: 'feedback_ui.slip', parent: 'case', permission: 'portal.lookup_code' } },
    { path: 'case-digest', name: 'case-digest', component: () => import('./print/DigestSheet.vue'), meta: { title: 'feedback_ui.digest', permission: 'feedback.digest' } },
    { path: 'case-settings', name: 'case-settings', component: () => import('./setting/CaseSettings.vue'), meta: { title: 'feedback_ui.settings', permission: 'feedback.list' } },
  ],
  nav: [
    { to: 'cases', label: 'feedback_ui.list', icon: Headset, group: 'work', order: 3, permission: 'feedback.list', keys: 'g w' },
    { to: 'case-settings', label: 'feedback_ui.settings', icon: Workflow, group: 'admin', order: 6, permission: 'feedback.set_routes' },
  ],
  commands: [
    { id: 'feedback.create', label: 'feedback_ui.create', icon: PhoneIncoming, permission: 'feedback.create', to: { name: 'case-new' }, keys: 'n c' },
    { id: 'feedback.digest', label: 'feedback_ui.digest', icon: Newspaper, permission: 'feedback.digest', to: { name: 'case-digest' } },
  ],
  hits: {
    case: { label: 'feedback_ui.case', icon: Headset, to: (i) => ({ name: 'case', params: { id: i.id } }) },
    // A task names the day of its digest.
    case_digest: { label: 'feedback_ui.digest', icon: Newspaper, to: (i) => ({ name: 'case-digest', query: { day: /\d{4}-\d\d-\d\d/.exec(i.title)?.[0] } }) },
  },
})
