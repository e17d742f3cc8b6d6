import { FileQuestion } from '@lucide/vue'
import type { Component } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import type { SearchItem } from '@/api/types'
import type { Command, HitKind, NavEntry } from '@/router/module'

export interface Entry {
  id: string
  group: 'recent' | 'pages' | 'actions' | 'results'
  title: string
  subtitle?: string
  kind?: string
  icon: Component
  keys?: string
  to?: RouteLocationRaw
  run?: () => unknown
  item?: SearchItem
}

type Translate = (key: string) => string

/** Whether every word of the query is in the text, whatever the case. */
export function matches(query: string, text: string): boolean {
  const lower = text.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word))
}

export function hitEntry(item: SearchItem, kinds: Record<string, HitKind>, t: Translate, group: Entry['group']): Entry | null {
  const kind = kinds[item.kind]
  if (!kind) return null
  return {
    id: `${group}-${item.kind}-${item.id}`,
    group,
    title: item.title,
    subtitle: [item.subtitle, item.hint].filter(Boolean).join(' · '),
    kind: t(kind.label),
    icon: kind.icon ?? FileQuestion,
    to: kind.to(item),
    item,
  }
}

export function pageEntries(nav: NavEntry[], query: string, t: Translate): Entry[] {
  return nav
    .filter((e) => matches(query, t(e.label)))
    .map((e) => ({ id: `page-${e.to}`, group: 'pages', title: t(e.label), icon: e.icon, keys: e.keys, to: { name: e.to } }))
}

export function actionEntries(commands: Command[], query: string, t: Translate): Entry[] {
  return commands
    .filter((c) => matches(query, t(c.label)))
    .map((c) => ({ id: `action-${c.id}`, group: 'actions', title: t(c.label), icon: c.icon, keys: c.keys, to: c.to, run: c.run }))
}

