import { FileInput } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'imports', name: 'imports', component: () => import('./ImportList.vue'), meta: { title: 'import_ui.title', permission: 'import.list' } },
    { path: 'imports/new', name: 'import-new', component: () => import('./ImportNew.vue'), meta: { title: 'import_ui.new', parent: 'imports', permission: 'import.upload' } },
    { path: 'imports/:id', name: 'import', component: () => import('./ImportPage.vue'), meta: { title: 'import_ui.one', parent: 'imports', permission: 'import.get' } },
  ],
  nav: [{ to: 'imports', label: 'import_ui.title', icon: FileInput, group: 'customers', order: 4, permission: 'import.list', keys: 'g d' }],
  commands: [{ id: 'import.upload', label: 'import_ui.new', icon: FileInput, permission: 'import.upload', to: { name: 'import-new' } }],
})
