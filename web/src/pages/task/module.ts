import { ListPlus, ListTodo } from '@lucide/vue'
import { defineModule } from '@/router/module'
import { countTasks, taskBadge } from './counts'

export default defineModule({
  routes: [{ path: 'tasks', name: 'tasks', component: () => import('./TaskPage.vue'), meta: { title: 'task.inbox', permission: 'task.list' } }],
  nav: [{ to: 'tasks', label: 'task.inbox', icon: ListTodo, group: 'work', order: 1, permission: 'task.list', keys: 'g t', badge: { value: taskBadge, refresh: countTasks } }],
  commands: [{ id: 'task.create', label: 'task.create', icon: ListPlus, permission: 'task.create', to: { name: 'tasks', query: { add: '1' } } }],
})
