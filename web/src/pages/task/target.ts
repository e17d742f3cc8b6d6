import type { RouteLocationRaw } from 'vue-router'
import type { Task } from '@/api/types'
import { hitKinds } from '@/router/modules'

/** The page of what a task is about, where there is one. */
export function targetOf({ object_type: kind = '', object_id: id = '', org_id, text }: Task): RouteLocationRaw | undefined {
  return id ? hitKinds.value[kind]?.to({ kind, id, org_id, title: text, subtitle: '', hint: '' }) : undefined
}
