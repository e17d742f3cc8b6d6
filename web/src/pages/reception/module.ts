import { ClipboardCheck, DoorOpen, NotebookPen, UserRoundPlus } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'receptions', name: 'receptions', component: () => import('./ReceptionList.vue'), meta: { title: 'reception_ui.register', permission: 'reception.list' } },
    { path: 'receptions/new', name: 'reception-new', component: () => import('./ReceptionNew.vue'), meta: { title: 'reception_ui.receive', parent: 'receptions', permission: 'reception.create' } },
    { path: 'receptions/:id', name: 'reception', component: () => import('./ReceptionPage.vue'), meta: { title: 'reception_ui.visitor', parent: 'receptions', permission: 'reception.get' } },
    { path: 'reception-log', name: 'reception-log', component: () => import('./PersonalLog.vue'), meta: { title: 'reception_ui.log', permission: 'reception.list' } },
    { path: 'reception-checks', name: 'reception-checks', component: () => import('./ChecksPage.vue'), meta: { title: 'reception_ui.checks', permission: 'reception.check' } },
  ],
  nav: [
    { to: 'receptions', label: 'reception_ui.register', icon: DoorOpen, group: 'customers', order: 3, permission: 'reception.list', keys: 'g v' },
    { to: 'reception-log', label: 'reception_ui.log', icon: NotebookPen, group: 'customers', order: 4, permission: 'reception.create' },
    { to: 'reception-checks', label: 'reception_ui.checks', icon: ClipboardCheck, group: 'customers', order: 5, permission: 'reception.check' },
  ],
  commands: [{ id: 'reception.create', label: 'reception_ui.receive', icon: UserRoundPlus, permission: 'reception.create', to: { name: 'reception-new' } }],
  hits: { reception: { label: 'reception_ui.visitor', icon: DoorOpen, to: (i) => ({ name: 'reception', params: { id: i.id } }) } },
})
