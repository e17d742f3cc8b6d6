import { computed, onScopeDispose, ref, shallowRef, watchEffect, type MaybeRefOrGetter, toValue } from 'vue'
import { useRoute, useRouter, type RouteLocationRaw } from 'vue-router'
import type { Problem } from '@/api/problem'
import { t } from '@/i18n'

/** Why the application could not start: the server did not answer the first question. */
export const startProblem = shallowRef<Problem | null>(null)
/** The open page's own name (a customer's), where the route's is too general. */
export const pageTitle = ref('')
/** The name of the record the open page belongs to: 张三, of the page that edits him. */
export const aboveTitle = ref('')

/**
 * Names the open page after what it shows; breadcrumbs and the window's title follow. `above` names the record the page
 * belongs to, for the breadcrumb before it.
 */
export function usePageTitle(title: MaybeRefOrGetter<string | undefined>, above?: MaybeRefOrGetter<string | undefined>): void {
  const stop = watchEffect(() => {
    pageTitle.value = toValue(title) ?? ''
    aboveTitle.value = toValue(above) ?? ''
  })
  onScopeDispose(stop)
}

export interface Crumb {
  text: string
  to?: RouteLocationRaw
}

/** The way from the top to the open page. */
export function useCrumbs() {
  const route = useRoute()
  const router = useRouter()
  return computed<Crumb[]>(() => {
    const general = route.meta.title ? t(route.meta.title) : ''
    const own = aboveTitle.value ? general : pageTitle.value || general
    let named = aboveTitle.value
    const way: Crumb[] = own ? [{ text: own }] : []
    let above = recordOf(route.meta.parent)
    while (above) {
      const { path, name, meta } = above
      const params = Object.fromEntries(Object.entries(route.params).filter(([key]) => path.includes(`:${key}`)))
      way.unshift({ text: named || (meta.title ? t(meta.title) : String(name)), to: { name, params } })
      named = ''
      above = recordOf(meta.parent)
    }
    return way
  })
  function recordOf(name: string | undefined) {
    return name ? router.getRoutes().find((r) => r.name === name) : undefined
  }
}
