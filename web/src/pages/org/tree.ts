import type { MyOrg, OrgLevel } from '@/api/types'
import { matches } from '@/palette/entries'

/** An organisation in its place. */
export interface Branch<T extends MyOrg = MyOrg> {
  org: T
  parent?: Branch<T>
  children: Branch<T>[]
  /** 1 for a root, as aria-level counts. */
  depth: number
}

export interface Tree<T extends MyOrg = MyOrg> {
  /** Organisations whose parent is not among those given: the top of what the reader may see. */
  roots: Branch<T>[]
  byId: Map<string, Branch<T>>
}

/** Which levels may stand under each, as the server rules (domain/org). */
export const levelsBelow: Record<OrgLevel, OrgLevel[]> = {
  province: ['city', 'unit'],
  city: ['county', 'unit'],
  county: ['unit'],
  unit: ['unit'],
}

/** Makes the tree of a list in any order; siblings keep the list's order. */
export function growTree<T extends MyOrg>(orgs: readonly T[]): Tree<T> {
  const byId = new Map<string, Branch<T>>(orgs.map((org) => [org.id, { org, children: [], depth: 1 }]))
  const roots: Branch<T>[] = []
  for (const branch of byId.values()) {
    branch.parent = branch.org.parent_id ? byId.get(branch.org.parent_id) : undefined
    ;(branch.parent?.children ?? roots).push(branch)
  }
  walk(roots, (b) => (b.depth = (b.parent?.depth ?? 0) + 1))
  return { roots, byId }
}

function walk<T extends MyOrg>(branches: Branch<T>[], visit: (b: Branch<T>) => unknown): void {
  for (const b of branches) {
    visit(b)
    walk(b.children, visit)
  }
}

/** The way from the top to the branch, itself last. */
export function pathOf<T extends MyOrg>(branch: Branch<T>): Branch<T>[] {
  return branch.parent ? [...pathOf(branch.parent), branch] : [branch]
}

/** How many organisations of each level stand below. */
export function countBelow(branches: Branch[]): Record<OrgLevel, number> {
  const counts = { province: 0, city: 0, county: 0, unit: 0 }
  walk(branches, (b) => counts[b.org.level]++)
  return counts
}

/** The rows to show: roots and the children of what is open. */
export function openRows<T extends MyOrg>(tree: Tree<T>, open: ReadonlySet<string>): Branch<T>[] {
  const rows: Branch<T>[] = []
  const add = (b: Branch<T>) => {
    rows.push(b)
    if (open.has(b.org.id)) b.children.forEach(add)
  }
  tree.roots.forEach(add)
  return rows
}

/** Names, short names and codes that hold every word of the query, at most `limit`, each with the way to it. */
export function findRows<T extends MyOrg>(tree: Tree<T>, query: string, limit: number): { rows: Branch<T>[]; hits: Set<string>; more: boolean } {
  const hits = new Set<string>()
  const shown = new Set<string>()
  let more = false
  walk(tree.roots, (b) => {
    if (!matches(query, `${b.org.name} ${b.org.short_name} ${b.org.code}`)) return
    if (hits.size >= limit) {
      more = true
      return
    }
    hits.add(b.org.id)
    for (const step of pathOf(b)) shown.add(step.org.id)
  })
  const rows: Branch<T>[] = []
  walk(tree.roots, (b) => shown.has(b.org.id) && rows.push(b))
  return { rows, hits, more }
}

/** What is open at first: everything of a small tree, of a large one what leads to the county companies. */
export function openAtFirst(tree: Tree): Set<string> {
  const open = new Set<string>()
  const all = tree.byId.size <= 60
  for (const b of tree.byId.values()) if (b.children.length && (all || b.org.level === 'province' || !b.parent)) open.add(b.org.id)
  return open
}

/** Cuts a text at the words of a query, for marking them. */
export function cutAt(text: string, query: string): { text: string; hit: boolean }[] {
  const words = query.trim().split(/\s+/).filter(Boolean).map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  if (!words.length) return [{ text, hit: false }]
  return text
    .split(new RegExp(`(${words.join('|')})`, 'i'))
    .map((part, i) => ({ text: part, hit: i % 2 === 1 }))
    .filter((part) => part.text)
}
