import { ChartColumn, Handshake, Scale } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'promises', name: 'promises', component: () => import('./PromiseList.vue'), meta: { title: 'promise.list', permission: 'promise.list' } },
    { path: 'promises/:id', name: 'promise', component: () => import('./PromisePage.vue'), meta: { title: 'promise.one', parent: 'promises', permission: 'promise.get' } },
    { path: 'promise-figures', name: 'promise-figures', component: () => import('./FiguresPage.vue'), meta: { title: 'promise.figures', parent: 'promises', permission: 'promise.figures' } },
    { path: 'promise-types', name: 'promise-types', component: () => import('./setting/TypesPage.vue'), meta: { title: 'promise.types', permission: 'promise.list' } },
  ],
  nav: [
    { to: 'promises', label: 'promise.list', icon: Handshake, group: 'work', order: 4, permission: 'promise.list', keys: 'g m' },
    { to: 'promise-types', label: 'promise.types', icon: Scale, group: 'admin', order: 7, permission: 'promise.set_type' },
  ],
  commands: [{ id: 'promise.figures', label: 'promise.figures', icon: ChartColumn, permission: 'promise.figures', to: { name: 'promise-figures' } }],
  hits: { promise: { label: 'promise.one', icon: Handshake, to: (i) => ({ name: 'promise', params: { id: i.id } }) } },
})
