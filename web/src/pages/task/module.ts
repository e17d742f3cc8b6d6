import { ListPlus, ListTodo } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [{ path: 'tasks', name: 'tasks', component: () => import('./TaskPage.vue'), meta: { title: 'task.mine', permission: 'task.list' } }],
  nav: [{ to: 'tasks', label: 'task.mine', icon: ListTodo, group: 'work', order: 1, permission: 'task.list', keys: 'g t' }],
  commands: [{ id: 'task.create', label: 'task.create', icon: ListPlus, permission: 'task.create', to: { name: 'tasks', query: { add: '1' } } }],
})
