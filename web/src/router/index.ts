import { nextTick } from 'vue'
import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'
import { Problem, asProblem } from '@/api/problem'
import { toast } from '@/kit/feedback/toast'
import { loadMe, me } from '@/session/session'
import { forgetWhole } from '@/session/whole'
import { modules } from './modules'
import { nextPath, nextQuery } from './next'
import { aboveTitle, pageTitle, startProblem } from './page'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    {
      path: '/login',
      name: 'login',
      component: () => import('@/pages/login/LoginPage.vue'),
      meta: { public: true, title: 'shell.login.title' },
    },
    {
      path: '/renew',
      name: 'renew',
      component: () => import('@/pages/login/RenewPage.vue'),
      meta: { public: true, title: 'shell.session.title' },
    },
    {
      path: '/due',
      name: 'due',
      component: () => import('@/pages/login/DuePage.vue'),
      meta: { title: 'access.due' },
    },
    {
      path: '/',
      name: 'shell',
      component: () => import('@/shell/AppShell.vue'),
      children: [
        ...modules.flatMap((m) => m.routes),
        {
          path: '/:rest(.*)*',
          name: 'not-found',
          component: () => import('@/pages/fault/NotFoundPage.vue'),
          meta: { title: 'shell.fault.not_found' },
        },
      ],
    },
  ],
  scrollBehavior: (to, from, saved) => (to.path === from.path ? false : (saved ?? { top: 0 })),
})

router.beforeEach(async (to) => {
  if (to.meta.public) return true
  try {
    startProblem.value = null
    if (!me.value && !(await loadMe())) return { name: 'login', query: nextQuery(to) }
  } catch (error) {
    startProblem.value = asProblem(error)
    return false
  }
  if (to.name === 'due') return me.value?.due ? true : nextPath(to)
  return me.value?.due ? { name: 'due', query: nextQuery(to) } : true
})

router.afterEach((to, from) => {
  if (to.path === from.path) return
  forgetWhole()
  pageTitle.value = aboveTitle.value = ''
  if (from.matched.length > 0) void nextTick(() => requestAnimationFrame(() => focusPage(to)))
})

// A new release replaces the chunks: one reload fetches the new ones.
router.onError((error: unknown, to) => {
  if (!/dynamically imported module|Importing a module|module script/i.test(String(error))) return
  if (!navigator.onLine) return toast.problem(new Problem({ code: 'network' }))
  if (sessionStorage.getItem('zhiyin.reloaded') === to.fullPath) return
  sessionStorage.setItem('zhiyin.reloaded', to.fullPath)
  location.assign(to.fullPath)
})

// People who hear the page learn that it changed: its heading takes the focus, or the field the page was opened for.
function focusPage(to: RouteLocationNormalized): void {
  if (to.hash || document.activeElement?.closest('[aria-modal=true]')) return
  const find = (selector: string) => document.querySelector<HTMLElement>(selector)
  const target = find('main [data-autofocus]') ?? find('main h1') ?? find('main')
  if (!target) return
  if (target.tabIndex < 0 && !target.hasAttribute('tabindex')) target.tabIndex = -1
  target.focus({ preventScroll: true })
}
