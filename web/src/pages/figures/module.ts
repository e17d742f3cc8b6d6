import { ChartNoAxesCombined } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'figures', name: 'figures', component: () => import('./FiguresPage.vue'), meta: { title: 'figures.title', permission: 'supply.consumption' } },
    { path: 'figures/statistics', name: 'sales-statistics', component: () => import('./StatisticsPage.vue'), meta: { title: 'figures.statistics', parent: 'figures', permission: 'supply.print' } },
  ],
  nav: [{ to: 'figures', label: 'figures.title', icon: ChartNoAxesCombined, group: 'analysis', order: 0, permission: 'supply.consumption', keys: 'g f' }],
  commands: [{ id: 'figures.statistics', label: 'figures.statistics', icon: ChartNoAxesCombined, permission: 'supply.print', to: { name: 'sales-statistics' } }],
})
