import { ClipboardList, Plus } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'surveys', name: 'surveys', component: () => import('./SurveyList.vue'), meta: { title: 'survey_ui.title', permission: 'survey.list' } },
    { path: 'surveys/new', name: 'survey-new', component: () => import('./SurveyForm.vue'), meta: { title: 'survey_ui.create', parent: 'surveys', permission: 'survey.create' } },
    { path: 'surveys/:id', name: 'survey', component: () => import('./SurveyPage.vue'), meta: { title: 'survey_ui.one', parent: 'surveys', permission: 'survey.get' } },
    { path: 'surveys/:id/edit', name: 'survey-edit', component: () => import('./SurveyForm.vue'), meta: { title: 'survey_ui.edit', parent: 'survey', permission: 'survey.update' } },
    { path: 'surveys/:id/import', name: 'survey-import', component: () => import('./import/ImportPage.vue'), meta: { title: 'survey_ui.import', parent: 'survey', permission: 'survey.import' } },
  ],
  nav: [{ to: 'surveys', label: 'survey_ui.title', icon: ClipboardList, group: 'analysis', order: 1, permission: 'survey.list', keys: 'g s' }],
  commands: [{ id: 'survey.create', label: 'survey_ui.create', icon: Plus, permission: 'survey.create', to: { name: 'survey-new' } }],
  hits: { survey: { label: 'survey_ui.one', icon: ClipboardList, to: (i) => ({ name: 'survey', params: { id: i.id } }) } },
})
