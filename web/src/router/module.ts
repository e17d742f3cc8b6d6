import type { Component, Ref } from 'vue'
import type { RouteLocationRaw, RouteRecordRaw } from 'vue-router'
import type { SearchItem } from '@/api/types'

/** The groups of the side navigation, in order. */
export const navGroups = ['work', 'customers', 'supply', 'analysis', 'admin'] as const
export type NavGroup = (typeof navGroups)[number]

/** A figure beside an entry of the navigation: how much waits there. */
export interface Badge {
  n: number
  /** Something of it is late. */
  urgent: boolean
  /** What the figure means, in words. */
  text: string
}

/** An entry of the side navigation. */
export interface NavEntry {
  /** Route name. */
  to: string
  /** Catalogue key. */
  label: string
  icon: Component
  group: NavGroup
  /** Place inside its group, small first. */
  order: number
  /** Shown only to those who may. */
  permission?: string
  /** Keys that lead here, e.g. "g c". */
  keys?: string
  /** How much waits there, and how to ask again. */
  badge?: { value: Ref<Badge | null>; refresh: () => Promise<void> }
}

/** An action of the command palette. */
export interface Command {
  id: string
  /** Catalogue key. */
  label: string
  icon: Component
  permission?: string
  to?: RouteLocationRaw
  run?: () => unknown
  keys?: string
}

/** How a kind of search result looks and where it leads. */
export interface HitKind {
  /** Catalogue key: "客户". */
  label: string
  icon: Component
  to: (item: SearchItem) => RouteLocationRaw
}

/**
 * What a folder of src/pages adds to the application; its module.ts exports one as default.
 * Routes carry meta: title (catalogue key), parent (route name, for breadcrumbs), permission.
 */
export interface PageModule {
  routes: RouteRecordRaw[]
  nav?: NavEntry[]
  commands?: Command[]
  hits?: Record<string, HitKind>
}

export const defineModule = (module: PageModule): PageModule => module

declare module 'vue-router' {
  interface RouteMeta {
    /** Catalogue key of the page's name. */
    title?: string
    /** Name of the route above, for the breadcrumbs. */
    parent?: string
    permission?: string
    /** Shown without login. */
    public?: boolean
  }
}
