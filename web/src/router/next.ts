import type { RouteLocationNormalized } from 'vue-router'

type Place = Pick<RouteLocationNormalized, 'fullPath' | 'query'>

/** Remembers where somebody wanted to go, while he does what comes first. */
export const nextQuery = (to: Pick<Place, 'fullPath'>): { next?: string } => (to.fullPath === '/' ? {} : { next: to.fullPath })

/** Where he wanted to go. Only our own paths: "//evil.example" would leave the application. */
export function nextPath({ query }: Pick<Place, 'query'>): string {
  const to = String(query.next ?? '/')
  return /^\/(?![/\\])/.test(to) ? to : '/'
}
