import { watch } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import { profile, recognise } from './session'
import { lang, t } from './words'

declare module 'vue-router' {
  interface RouteMeta {
    /** For signed-in customers. */
    signedIn?: boolean
  }
}

export const router = createRouter({
  history: createWebHistory('/service/'),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/', redirect: { name: 'cases' } },
    { path: '/sign-in', name: 'sign-in', component: () => import('./page/SignIn.vue'), meta: { title: 'portal.login' } },
    { path: '/progress', name: 'progress', component: () => import('./page/ProgressPage.vue'), meta: { title: 'portal.progress' } },
    { path: '/cases', name: 'cases', component: () => import('./page/MyCases.vue'), meta: { title: 'portal.cases', signedIn: true } },
    { path: '/cases/:id', name: 'case', component: () => import('./page/MyCase.vue'), meta: { title: 'portal.case', signedIn: true } },
    { path: '/promises', name: 'promises', component: () => import('./page/MyPromises.vue'), meta: { title: 'portal.promises', signedIn: true } },
    { path: '/new', name: 'new', component: () => import('./page/NewRequest.vue'), meta: { title: 'portal.request', signedIn: true } },
    { path: '/help', name: 'help', component: () => import('./page/HelpPage.vue'), meta: { title: 'portal.help' } },
    { path: '/help/:id', name: 'article', component: () => import('./page/HelpArticle.vue'), meta: { title: 'portal.help' } },
    { path: '/me', name: 'me', component: () => import('./page/MePage.vue'), meta: { title: 'portal.me', signedIn: true } },
    { path: '/:rest(.*)*', name: 'missing', component: () => import('./page/MissingPage.vue'), meta: { title: 'portal.missing' } },
  ],
})

const signIn = (next: string) => ({ name: 'sign-in', query: next === '/cases' ? {} : { next } })

router.beforeEach(async (to) => {
  if (profile.value === undefined) await recognise().catch(() => undefined)
  if (to.meta.signedIn && profile.value === null) return signIn(to.fullPath)
  if (to.name === 'sign-in' && profile.value) return { name: 'cases' }
  return true
})

watch(profile, (now, before) => {
  const at = router.currentRoute.value
  if (before && now === null && at.meta.signedIn) void router.push(signIn(at.fullPath))
})

watch([() => router.currentRoute.value.meta.title, lang], ([title]) => {
  document.title = title ? `${t(title)} · ${t('portal.title')}` : t('portal.title')
})
