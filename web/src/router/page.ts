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
    let parent = route.meta.parent
    while (parent) {
      const above = router.resolve({ name: parent, params: route.params })
      way.unshift({ text: above.meta.title ? t(above.meta.title) : parent, to: { name: parent, params: route.params } })
      parent = above.meta.parent
    }
    return way
  })
}
