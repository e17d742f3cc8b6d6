import { Gauge, Waypoints } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'satisfaction', name: 'estimations', component: () => import('./EstimationList.vue'), meta: { title: 'satisfaction_ui.title', permission: 'satisfaction.list' } },
    { path: 'satisfaction/models', name: 'satisfaction-models', component: () => import('./model/ModelList.vue'), meta: { title: 'satisfaction_ui.models', permission: 'satisfaction.models' } },
    { path: 'satisfaction/models/new', name: 'satisfaction-model-new', component: () => import('./model/ModelEdit.vue'), meta: { title: 'satisfaction_ui.model_from_json', parent: 'satisfaction-models', permission: 'satisfaction.model_create' } },
    { path: 'satisfaction/models/:ref', name: 'satisfaction-model', component: () => import('./model/ModelPage.vue'), meta: { title: 'satisfaction_ui.model', parent: 'satisfaction-models', permission: 'satisfaction.model' } },
    { path: 'satisfaction/models/:ref/edit', name: 'satisfaction-model-edit', component: () => import('./model/ModelEdit.vue'), meta: { title: 'satisfaction_ui.model_edit', parent: 'satisfaction-model', permission: 'satisfaction.model_check' } },
    { path: 'satisfaction/:id', name: 'estimation', component: () => import('./EstimationPage.vue'), meta: { title: 'satisfaction_ui.report', parent: 'estimations', permission: 'satisfaction.get' } },
    { path: 'satisfaction/:id/compare/:with', name: 'estimation-compare', component: () => import('./ComparePage.vue'), meta: { title: 'satisfaction_ui.compare', parent: 'estimation', permission: 'satisfaction.compare' } },
    { path: 'surveys/:id/estimate', name: 'estimate', component: () => import('./EstimateForm.vue'), meta: { title: 'satisfaction_ui.estimate', parent: 'survey', permission: 'satisfaction.estimate' } },
  ],
  nav: [
    { to: 'estimations', label: 'satisfaction_ui.title', icon: Gauge, group: 'analysis', order: 2, permission: 'satisfaction.list', keys: 'g i' },
    { to: 'satisfaction-models', label: 'satisfaction_ui.models', icon: Waypoints, group: 'analysis', order: 3, permission: 'satisfaction.models' },
  ],
  hits: { estimation: { label: 'satisfaction_ui.report', icon: Gauge, to: (i) => ({ name: 'estimation', params: { id: i.id } }) } },
})
