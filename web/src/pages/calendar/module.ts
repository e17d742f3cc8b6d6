import { CalendarDays } from '@lucide/vue'
import { defineModule } from '@/router/module'
import { yearOfObject } from './calendars'

export default defineModule({
  routes: [{ path: 'calendars', name: 'calendars', component: () => import('./CalendarPage.vue'), meta: { title: 'calendar.title', permission: 'calendar.list' } }],
  nav: [{ to: 'calendars', label: 'calendar.title', icon: CalendarDays, group: 'admin', order: 9, permission: 'calendar.import' }],
  commands: [{ id: 'calendar.list', label: 'calendar.title', icon: CalendarDays, permission: 'calendar.list', to: { name: 'calendars' } }],
  hits: { calendar: { label: 'calendar.title', icon: CalendarDays, to: (i) => ({ name: 'calendars', query: { year: yearOfObject(i.id) } }) } },
})
