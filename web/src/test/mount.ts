import { mount, type VueWrapper } from '@vue/test-utils'
import { RouterView, createMemoryHistory, createRouter, type RouteRecordRaw, type Router } from 'vue-router'
import { defineComponent, h, type Component } from 'vue'
import type { Me } from '@/api/types'
import { i18n, setLang } from '@/i18n'

const Empty = defineComponent({ render: () => h('div') })

/** A router of its own with the routes a test names, standing at `at`. */
export async function testRouter(at = '/', routes: RouteRecordRaw[] = []): Promise<Router> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [...routes, { path: '/:rest(.*)*', name: 'any', component: Empty }],
  })
  await router.push(at)
  return router
}

/** Mounts a component in Chinese with a router, attached to the document. */
export async function mountApp(
  component: Component,
  options: { props?: Record<string, unknown>; slots?: Record<string, unknown>; router?: Router } = {},
): Promise<VueWrapper> {
  await setLang('zh', false)
  const router = options.router ?? (await testRouter())
  return mount(component, {
    props: options.props,
    slots: options.slots as never,
    attachTo: document.body,
    global: { plugins: [i18n, router] },
  })
}

/** Runs a composable inside a mounted component and returns what it returns. */
export async function withSetup<T>(setup: () => T, router?: Router): Promise<{ result: T; wrapper: VueWrapper }> {
  let result!: T
  const Host = defineComponent({
    setup() {
      result = setup()
      return () => h('div')
    },
  })
  const at = router ?? (await testRouter())
  const { fullPath, path } = at.currentRoute.value
  at.addRoute({ path, component: Host })
  await at.replace(fullPath)
  const wrapper = await mountApp(RouterView, { router: at })
  return { result, wrapper }
}

export interface Sent {
  method: string
  path: string
  query: Record<string, string>
  body: unknown
  headers: Headers
}

/** Puts a server in memory behind fetch; returns what was sent to it. */
export function serve(answer: (request: Sent) => { status?: number; body?: unknown; headers?: Record<string, string> } | Promise<never>): Sent[] {
  const sent: Sent[] = []
  globalThis.fetch = async (input) => {
    const request = new Request(input as Request)
    const url = new URL(request.url)
    const text = await request.text()
    const one: Sent = {
      method: request.method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: text ? JSON.parse(text) : null,
      headers: request.headers,
    }
    sent.push(one)
    const { status = 200, body, headers = {} } = await answer(one)
    const payload = body === undefined ? null : JSON.stringify(body)
    return new Response(payload, { status, headers: { 'Content-Type': 'application/json', ...headers } })
  }
  return sent
}

export const tick = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms))

/** A signed-in person of whom a test sets what it is about. */
export const somebody: Me = {
  id: 'u1', login: 'wang', name: '王芳', locale: 'zh', home_org_id: 'c1', permissions: [], orgs: [], grants: [], due: '',
  password_rules: { min_length: 8, max_length: 128, classes: 2, history: 5 },
}
