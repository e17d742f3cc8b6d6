import { MessageSquareText, MessagesSquare, Send } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'messages', name: 'messages', component: () => import('./MessageList.vue'), meta: { title: 'message.title', permission: 'message.list' } },
    { path: 'messages/:id', name: 'message', component: () => import('./MessagePage.vue'), meta: { title: 'message.one', parent: 'messages', permission: 'message.get' } },
    { path: 'message-templates', name: 'message-templates', component: () => import('./TemplateList.vue'), meta: { title: 'message.templates', permission: 'message.templates' } },
    { path: 'message-templates/:code', name: 'message-template', component: () => import('./TemplatePage.vue'), meta: { title: 'message.template_one', parent: 'message-templates', permission: 'message.templates' } },
    { path: 'message-channels', name: 'message-channels', component: () => import('./ChannelsPage.vue'), meta: { title: 'message.channels', permission: 'message.set_channel' } },
  ],
  nav: [
    { to: 'messages', label: 'message.title', icon: MessagesSquare, group: 'work', order: 8, permission: 'message.list' },
    { to: 'message-templates', label: 'message.templates', icon: MessageSquareText, group: 'admin', order: 7.2, permission: 'message.templates' },
    { to: 'message-channels', label: 'message.channels', icon: Send, group: 'admin', order: 7.3, permission: 'message.set_channel' },
  ],
  commands: [{ id: 'message.list', label: 'message.title', icon: MessagesSquare, permission: 'message.list', to: { name: 'messages' } }],
  hits: { message: { label: 'message.one', icon: MessagesSquare, to: (i) => ({ name: 'message', params: { id: i.id } }) } },
})
