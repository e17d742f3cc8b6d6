import { CalendarOff, CircleUserRound, Grid3x3, KeyRound, LockKeyhole, ShieldCheck, ShieldPlus, UserPlus, UserRound, UserRoundCog } from '@lucide/vue'
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
      meta: { title: 'access.edit', parent: 'user', permission: 'access.update' },
    },
    { path: 'roles', name: 'roles', component: () => import('./RoleList.vue'), meta: { title: 'access.roles', permission: 'access.roles' } },
    {
      path: 'roles/new',
      name: 'role-new',
      component: () => import('./RoleForm.vue'),
      meta: { title: 'access.role_create', parent: 'roles', permission: 'access.role_create' },
    },
    {
      path: 'roles/:id/edit',
      name: 'role-edit',
      component: () => import('./RoleForm.vue'),
      props: true,
      meta: { title: 'access.edit', parent: 'roles', permission: 'access.role_update' },
    },
    { path: 'access-matrix', name: 'access-matrix', component: () => import('./MatrixPage.vue'), meta: { title: 'access.matrix', permission: 'access.matrix' } },
    { path: 'absences', name: 'absences', component: () => import('./AbsencePage.vue'), meta: { title: 'access.absence_page', permission: 'access.deputise' } },
    { path: 'access-policy', name: 'access-policy', component: () => import('./PolicyPage.vue'), meta: { title: 'access.policy', permission: 'access.policy' } },
    { path: 'access-keys', name: 'api-keys', component: () => import('./KeyList.vue'), meta: { title: 'access.keys', permission: 'access.keys' } },
    { path: 'account', name: 'account', component: () => import('./AccountPage.vue'), meta: { title: 'access.account' } },
  ],
  nav: [
    { to: 'users', label: 'access.users', icon: UserRoundCog, group: 'admin', order: 2, permission: 'access.list', keys: 'g u' },
    { to: 'roles', label: 'access.roles', icon: ShieldCheck, group: 'admin', order: 3, permission: 'access.roles' },
    { to: 'access-matrix', label: 'access.matrix', icon: Grid3x3, group: 'admin', order: 3.1, permission: 'access.matrix' },
    { to: 'absences', label: 'access.absence_page', icon: CalendarOff, group: 'admin', order: 3.2, permission: 'access.deputise' },
    { to: 'access-policy', label: 'access.policy', icon: LockKeyhole, group: 'admin', order: 4, permission: 'access.policy' },
    { to: 'api-keys', label: 'access.keys', icon: KeyRound, group: 'admin', order: 5, permission: 'access.keys' },
  ],
  commands: [
    { id: 'access.create', label: 'access.create', icon: UserPlus, permission: 'access.create', to: { name: 'user-new' } },
    { id: 'access.role_create', label: 'access.role_create', icon: ShieldPlus, permission: 'access.role_create', to: { name: 'role-new' } },
    { id: 'access.account', label: 'access.account', icon: CircleUserRound, to: { name: 'account' } },
  ],
  hits: {
    user: { label: 'access.user', icon: UserRound, to: (i) => ({ name: 'user', params: { id: i.id } }) },
    own_account: { label: 'access.account', icon: CircleUserRound, to: () => ({ name: 'account' }) },
  },
})
