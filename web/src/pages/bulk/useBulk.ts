import { shallowRef } from 'vue'
import { newIdempotencyKey } from '@/api/client'
import type { BulkChange, Preview } from './types'

/** How changes of one kind of records are asked for. */
export interface BulkApi<B> {
  preview: (body: B) => Promise<Preview>
  start: (body: B, key: string) => Promise<BulkChange>
}

/** One bulk change, from what it is to be over its preview to how far it has come. */
export function useBulk<B>(api: BulkApi<B>) {
  const preview = shallowRef<Preview>()
  const change = shallowRef<BulkChange>()
  let body: B
  let key = ''
  return {
    preview,
    change,
    /** Asks what would come of it. */
    async propose(next: B): Promise<void> {
      body = next
      key = newIdempotencyKey()
      preview.value = await api.preview(next)
    },
    /** Back to what it is to be. */
    again: () => (preview.value = undefined),
    /** Begins it; the key makes a repeated try harmless. */
    start: async () => (change.value = await api.start(body, key)),
  }
}

export type Bulk = Omit<ReturnType<typeof useBulk>, 'propose'>
