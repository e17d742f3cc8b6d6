import { ChartColumn, LayoutList, PenLine, Plus, Shapes, UserRound } from '@lucide/vue'
import { modules } from '@/router/modules'
import { router } from '@/router'
import { defineModule } from '@/router/module'

// The gallery's words are its own: it is for developers and stays out of the catalogue.
const gallery = defineModule({
  routes: [
    { path: 'gallery/list', name: 'gallery-list', component: () => import('./ListPage.vue'), meta: { title: '列表 List' } },
    { path: 'gallery/list/:id', name: 'gallery-record', component: () => import('./RecordPage.vue'), meta: { title: '记录 Record', parent: 'gallery-list' } },
    { path: 'gallery/form', name: 'gallery-form', component: () => import('./FormPage.vue'), meta: { title: '表单 Form' } },
    { path: 'gallery/charts', name: 'gallery-charts', component: () => import('./ChartsPage.vue'), meta: { title: '图表 Charts' } },
    { path: 'gallery/secret', name: 'gallery-secret', component: () => import('./FormPage.vue'), meta: { title: '无权 Secret', permission: 'gallery.secret' } },
  ],
  nav: [
    { to: 'gallery-list', label: '列表 List', icon: LayoutList, group: 'customers', order: 1, keys: 'g l' },
    { to: 'gallery-form', label: '表单 Form', icon: PenLine, group: 'customers', order: 2 },
    { to: 'gallery-charts', label: '图表 Charts', icon: ChartColumn, group: 'analysis', order: 3 },
  ],
  commands: [{ id: 'gallery-new', label: '新建 New', icon: Plus, to: { name: 'gallery-form' } }],
  hits: {
    person: { label: '人 Person', icon: UserRound, to: (item) => ({ name: 'gallery-record', params: { id: item.id } }) },
    thing: { label: '物 Thing', icon: Shapes, to: (item) => ({ name: 'gallery-record', params: { id: item.id } }) },
  },
})

modules.push(gallery)
for (const route of gallery.routes) router.addRoute('shell', route)
void import('@/main')
