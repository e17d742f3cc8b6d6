import type { components } from '@/api/schema'

type Schemas = components['schemas']

export type Import = Schemas['DataimportImport']
export type ImportDetail = Schemas['DataimportDetail']
export type Kind = Import['kind']
export type Mode = Import['mode']
export type State = Import['state']
export type Counts = Import['counts']
export type Field = Schemas['DataimportField']
export type Value = Schemas['DataimportValue']
export type Mapping = Schemas['DataimportMapping']
export type Preview = Schemas['DataimportPreview']
export type Encoding = NonNullable<Schemas['DataimportMapInput']['encoding']>

export const kinds: Kind[] = ['customers', 'accounts', 'contacts']
export const modes: Mode[] = ['both', 'create', 'update']
export const encodings: Encoding[] = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be']
