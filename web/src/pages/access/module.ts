import { CircleUserRound, KeyRound, LockKeyhole, ShieldCheck, UserPlus, UserRoundCog } from '@lucide/vue'
import { defineModule } from '@/router/module'

export default defineModule({
  routes: [
    { path: 'users', name: 'users', component: () => import('./UserList.vue'), meta: { title: 'access.users', permission: 'access.list' } },
    {
      path: 'users/new',
      name: 'user-new',
      component: () => import('./UserForm.vue'),
      meta: { title: 'access.create', parent: 'users', permission: 'access.create' },
    },
    {
      path: 'users/:id',
      name: 'user',
      component: () => import('./UserPage.vue'),
      props: true,
      meta: { title: 'access.user', parent: 'users', permission: 'access.get' },
    },
    {
      path: 'users/:id/edit',
      name: 'user-edit',
      component: () => import('./UserForm.vue'),
      props: true,
      meta: { title: 'access.edit', parent: 'users', permission: 'access.update' },
    },
    { path: 'roles', name: 'roles', component: () => import('./RoleList.vue'), meta: { title: 'access.roles', permission: 'access.roles' } },
    { path: 'access-policy', name: 'access-policy', component: () => import('./PolicyPage.vue'), meta: { title: 'access.policy', permission: 'access.policy' } },
    { path: 'access-keys', name: 'api-keys', component: () => import('./KeyList.vue'), meta: { title: 'access.keys', permission: 'access.keys' } },
    { path: 'account', name: 'account', component: () => import('./AccountPage.vue'), meta: { title: 'access.account' } },
  ],
  nav: [
    { to: 'users', label: 'access.users', icon: UserRoundCog, group: 'admin', order: 2, permission: 'access.list', keys: 'g u' },
    { to: 'roles', label: 'access.roles', icon: ShieldCheck, group: 'admin', order: 3, permission: 'access.roles' },
    { to: 'access-policy', label: 'access.policy', icon: LockKeyhole, group: 'admin', order: 4, permission: 'access.policy' },
    { to: 'api-keys', label: 'access.keys', icon: KeyRound, group: 'admin', order: 5, permission: 'access.keys' },
  ],
  commands: [
    { id: 'access.create', label: 'access.create', icon: UserPlus, permission: 'access.create', to: { name: 'user-new' } },
    { id: 'access.account', label: 'access.account', icon: CircleUserRound, to: { name: 'account' } },
  ],
})
