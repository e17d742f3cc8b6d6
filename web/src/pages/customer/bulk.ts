// Tags and classes of many customers at once, each with what takes it back.
import { api, unwrap } from '@/api/client'
import type { CustomerItem } from './types'

type Row = Pick<CustomerItem, 'id' | 'tags' | 'classes'>

const tag = (ids: string[], add: string[], remove: string[]) => unwrap(api.POST('/api/v1/customers/tag', { body: { ids, add, remove } }))
const classify = (ids: string[], scheme: string, to: string) => unwrap(api.POST('/api/v1/customers/classify', { body: { ids, scheme, class: to } }))

/** What must be tagged to undo a tagging: only what it changed. */
export function untag(rows: readonly Row[], add: readonly string[], remove: readonly string[]) {
  const has = (r: Row, t: string) => (r.tags ?? []).includes(t)
  const steps = [
    ...add.map((t) => ({ ids: rows.filter((r) => !has(r, t)).map((r) => r.id), add: [] as string[], remove: [t] })),
    ...remove.map((t) => ({ ids: rows.filter((r) => has(r, t)).map((r) => r.id), add: [t], remove: [] as string[] })),
  ]
  return steps.filter((s) => s.ids.length > 0)
}

/** The customers by the class they had, except those who had it already. */
export function formerClasses(rows: readonly Row[], scheme: string, to: string): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const r of rows) {
    const was = r.classes[scheme]
    if (was && was !== to) groups.set(was, [...(groups.get(was) ?? []), r.id])
  }
  return groups
}

/** Tags customers; resolves to the number changed and the undo. */
export async function tagAll(rows: readonly Row[], add: string[], remove: string[]) {
  const { changed } = await tag(rows.map((r) => r.id), add, remove)
  const undo = async () => {
    for (const s of untag(rows, add, remove)) await tag(s.ids, s.add, s.remove)
  }
  return { changed, undo }
}

/** Puts customers into a class; resolves to the number changed and the undo. */
export async function classifyAll(rows: readonly Row[], scheme: string, to: string) {
  const { changed } = await classify(rows.map((r) => r.id), scheme, to)
  const undo = async () => {
    for (const [was, ids] of formerClasses(rows, scheme, to)) await classify(ids, scheme, was)
  }
  return { changed, undo }
}
