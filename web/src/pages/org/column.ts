import type { Column } from '@/kit'
import { companies } from '@/session/session'
import { orgShort } from './names'

/** The company of each record, for the lists of who sees several; none for who sees one. */
export const companyColumn = <T extends { org_id: string }>(): Column<T>[] =>
  companies.value.length > 1 ? [{ key: 'org_id', label: 'org.company', text: (r) => orgShort(r.org_id), width: '140px' }] : []
