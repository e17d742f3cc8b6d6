import { BookOpen, Plus } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'knowledge', name: 'knowledge', component: () => import('./KnowledgePage.vue'), meta: { title: 'knowledge.title', permission: 'knowledge.list' } },
    { path: 'knowledge/new', name: 'article-new', component: () => import('./ArticleEdit.vue'), meta: { title: 'knowledge.create', parent: 'knowledge', permission: 'knowledge.create' } },
    { path: 'knowledge/:id', name: 'article', component: () => import('./ArticlePage.vue'), meta: { title: 'knowledge.one', parent: 'knowledge', permission: 'knowledge.get' } },
    { path: 'knowledge/:id/edit', name: 'article-edit', component: () => import('./ArticleEdit.vue'), meta: { title: 'knowledge.edit', parent: 'article', permission: 'knowledge.create' } },
  ],
  nav: [{ to: 'knowledge', label: 'knowledge.title', icon: BookOpen, group: 'work', order: 8, permission: 'knowledge.list', keys: 'g k' }],
  commands: [{ id: 'knowledge.create', label: 'knowledge.create', icon: Plus, permission: 'knowledge.create', to: { name: 'article-new' } }],
  hits: { article: { label: 'knowledge.one', icon: BookOpen, to: (i) => ({ name: 'article', params: { id: i.id } }) } },
})
