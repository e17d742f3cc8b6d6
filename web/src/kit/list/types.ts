import type { RouteLocationRaw } from 'vue-router'
import type { Page } from '@/api/types'

/** One column. `label` is a catalogue key. A cell is shown by the slot `cell-KEY`, else by `text`, else as row[key]. */
export interface Column<T> {
  key: string
  label: string
  text?: (row: T) => string
  /** The name the API sorts by. */
  sort?: string
  align?: 'start' | 'end'
  /** CSS width; the table takes the rest by content. */
  width?: string
  /** CSS width beyond which the table cuts a text off. */
  max?: string
  /** Not shown until the person chooses it. */
  hidden?: boolean
  /** Left out of the phone's cards. */
  notOnCard?: boolean
}

export interface Choice {
  value: string
  /** Catalogue key, or plain text with `plain`. */
  label: string
  plain?: boolean
}

/** One filter. `label` is a catalogue key; the value lives in the URL under `key`. */
export interface Filter {
  key: string
  label: string
  type: 'text' | 'choice' | 'choices' | 'days' | 'yesno'
  options?: Choice[] | (() => Promise<Choice[]>)
  /** For a choice among many: the choices that hold a text; with an empty one the first. */
  find?: (q: string) => Promise<Choice[]>
  /** What a value found once before is called, where `find` does not give it by itself. */
  named?: (value: string) => Promise<string>
  /** What is sent to the API for a value; default {key: value}, for days {key_from, key_to}. */
  query?: (value: string) => Record<string, string>
}

export type ListQuery = Record<string, string>

export interface ListOptions<T> {
  /** Names the list; its columns and density are remembered under it. */
  id: string
  /** Fetches one page; `query` holds limit, cursor, sort, q, org_id and the filters, ready for the URL. */
  fetch: (query: ListQuery, signal: AbortSignal) => Promise<Page<T>>
  columns: Column<T>[]
  filters?: Filter[]
  /** E.g. "-created_at". */
  sort?: string
  limit?: number
  /** Catalogue key: what the search box finds by, where it is not everything. */
  searchHint?: string
  /** No search box. */
  noSearch?: boolean
  /** Do not narrow to the chosen company. */
  allOrgs?: boolean
  rowKey?: (row: T) => string
  /** The page of a row: Enter and click go there. */
  rowTo?: (row: T) => RouteLocationRaw
  /** Rows can be ticked; the bulk slot appears. */
  selectable?: boolean
  /** Beyond the ticked rows of a page, all that the filters choose can be taken. */
  wholeSelectable?: () => boolean
  /** People keep views of it: the list stands in internal/domain/view/list.json under its id. */
  views?: boolean
  /** The page shows the rows itself, in the slot `rows`: there are no columns to choose. */
  ownRows?: boolean
  /** Put before the list's names in the URL, for a second list on a page. */
  prefix?: string
}
