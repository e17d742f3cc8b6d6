import { reactive, toRaw, watch } from 'vue'
import type { Column, Encoding, ImportInput, Mapping } from '../types'
import { splitCodes } from './columns'

/** What a person chose for a file; kept in the browser's session, so that back, forward and reload lose nothing. */
export interface Draft {
  encoding: Encoding | ''
  sheet: string
  columns: Column[]
  min: number | null
  max: number | null
  codes: string
  rule: Mapping['missing_rule']
  skip: boolean
  /** The job that checked, and what it was asked to check. */
  checkJob: string
  checked: string
  importJob: string
  /** Repeated with the same import, so that a lost answer begins nothing twice. */
  key: string
}

const empty = (): Draft => ({
  encoding: '', sheet: '', columns: [], min: null, max: null, codes: '', rule: 'mean', skip: false, checkJob: '', checked: '', importJob: '', key: '',
})
const place = (file: string) => `zhiyin.import.${file}`

/** The draft for a file as it was left, or an empty one. It is kept whenever it changes. */
export function useDraft(file: string): Draft {
  const draft = reactive({ ...empty(), ...read(file) })
  watch(draft, () => sessionStorage.setItem(place(file), JSON.stringify(toRaw(draft))), { deep: true })
  return draft
}

function read(file: string): Partial<Draft> {
  try {
    return JSON.parse(sessionStorage.getItem(place(file)) ?? '{}') as Partial<Draft>
  } catch {
    return {}
  }
}

export const forget = (file: string): void => sessionStorage.removeItem(place(file))

/** Takes the proposed mapping where the draft has none of its own for these columns. */
export function propose(draft: Draft, mapping: Mapping): void {
  const columns = mapping.columns ?? []
  const header = (list: Column[]) => JSON.stringify(list.map((c) => c.header))
  if (draft.columns.length && header(draft.columns) === header(columns)) return
  draft.columns = columns.map((c) => ({ ...c }))
  draft.min = mapping.scale.min
  draft.max = mapping.scale.max
  draft.codes = (mapping.missing_codes ?? []).join(' ')
  draft.rule = mapping.missing_rule
}

/** The body of check and import. */
export function bodyOf(d: Draft): ImportInput {
  return {
    ...(d.encoding && { encoding: d.encoding }),
    ...(d.sheet && { sheet: d.sheet }),
    mapping: {
      columns: d.columns.map((c) => ({ ...toRaw(c) })),
      scale: { min: d.min ?? 0, max: d.max ?? 0 },
      missing_codes: splitCodes(d.codes),
      missing_rule: d.rule,
    },
    skip_bad_rows: d.skip,
  }
}

/** What a check depends on; a different text asks for a new check. */
export const checkedText = (d: Draft): string => JSON.stringify({ ...bodyOf(d), skip_bad_rows: false })
