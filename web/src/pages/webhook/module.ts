import { Webhook } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'webhooks', name: 'webhooks', component: () => import('./WebhookList.vue'), meta: { title: 'webhook.title', permission: 'webhook.list' } },
    { path: 'webhooks/:id', name: 'webhook', component: () => import('./WebhookPage.vue'), meta: { title: 'webhook.one', parent: 'webhooks', permission: 'webhook.get' } },
  ],
  nav: [{ to: 'webhooks', label: 'webhook.title', icon: Webhook, group: 'admin', order: 7.4, permission: 'webhook.list' }],
  hits: { webhook: { label: 'webhook.one', icon: Webhook, to: (i) => ({ name: 'webhook', params: { id: i.id } }) } },
})
