import { DatabaseBackup } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [{ path: 'backups', name: 'backups', component: () => import('./BackupPage.vue'), meta: { title: 'backup.title', permission: 'backup.list' } }],
  nav: [{ to: 'backups', label: 'backup.title', icon: DatabaseBackup, group: 'admin', order: 8, permission: 'backup.list' }],
})
