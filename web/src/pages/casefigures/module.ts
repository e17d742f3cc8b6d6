import { ChartSpline, FileChartColumn } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'case-figures', name: 'case-figures', component: () => import('./CaseFigures.vue'), meta: { title: 'casefigures.title', permission: 'feedback.figures' } },
    { path: 'case-figures/report', name: 'case-report', component: () => import('./MonthReport.vue'), meta: { title: 'casefigures.report', parent: 'case-figures', permission: 'feedback.figures' } },
  ],
  nav: [{ to: 'case-figures', label: 'casefigures.title', icon: ChartSpline, group: 'analysis', order: 1, permission: 'feedback.figures', keys: 'g e' }],
  commands: [{ id: 'casefigures.report', label: 'casefigures.report', icon: FileChartColumn, permission: 'feedback.figures', to: { name: 'case-report' } }],
})
