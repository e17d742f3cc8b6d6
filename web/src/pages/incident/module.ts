import { ChartColumn, Siren } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'incidents', name: 'incidents', component: () => import('./IncidentList.vue'), meta: { title: 'incident.list', permission: 'incident.list' } },
    { path: 'incidents/:id', name: 'incident', component: () => import('./IncidentPage.vue'), meta: { title: 'incident.one', parent: 'incidents', permission: 'incident.get' } },
    { path: 'incident-figures', name: 'incident-figures', component: () => import('./FiguresPage.vue'), meta: { title: 'incident.figures', parent: 'incidents', permission: 'incident.figures' } },
  ],
  nav: [{ to: 'incidents', label: 'incident.list', icon: Siren, group: 'work', order: 5, permission: 'incident.list', keys: 'g j' }],
  commands: [{ id: 'incident.figures', label: 'incident.figures', icon: ChartColumn, permission: 'incident.figures', to: { name: 'incident-figures' } }],
  hits: { incident: { label: 'incident.one', icon: Siren, to: (i) => ({ name: 'incident', params: { id: i.id } }) } },
})
