import { computed, onScopeDispose, ref, shallowRef, watchEffect, type MaybeRefOrGetter, toValue } from 'vue'
import { useRoute, useRouter, type RouteLocationRaw } from 'vue-router'
import type { Problem } from '@/api/problem'
import { t } from '@/i18n'

/** Why the application could not start: the server did not answer the first question. */
export const startProblem = shallowRef<Problem | null>(null)
/** The open page's own name (a customer's), where the route's is too general. */
export const pageTitle = ref('')

/** Names the open page after what it shows; breadcrumbs and the window's title follow. */
export function usePageTitle(title: MaybeRefOrGetter<string | undefined>): void {
  const stop = watchEffect(() => (pageTitle.value = toValue(title) ?? ''))
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
    const own = pageTitle.value || (route.meta.title ? t(route.meta.title) : '')
    const way: Crumb[] = own ? [{ text: own }] : []
    let above = recordOf(route.meta.parent)
    while (above) {
      const { path, name, meta } = above
      const params = Object.fromEntries(Object.entries(route.params).filter(([key]) => path.includes(`:${key}`)))
      way.unshift({ text: meta.title ? t(meta.title) : String(name), to: { name, params } })
      above = recordOf(meta.parent)
    }
    return way
  })
  function recordOf(name: string | undefined) {
    return name ? router.getRoutes().find((r) => r.name === name) : undefined
  }
}
