import type { components } from '@/api/schema'

type S = components['schemas']
export type BulkChange = S['BulkDetail']
export type BulkState = BulkChange['state']
export type BulkKind = BulkChange['kind']
export type Preview = S['BulkPreview']
export type BulkRow = S['BulkShownRow']
export type RowState = BulkRow['state']
export type Seen = S['BulkSeen']
