import { House } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [{ path: '', name: 'home', component: () => import('./HomePage.vue'), meta: { title: 'home.title' } }],
  nav: [{ to: 'home', label: 'home.title', icon: House, group: 'work', order: 0, keys: 'g h' }],
})
