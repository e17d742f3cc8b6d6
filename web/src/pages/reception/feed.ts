// One person's log as one line of time: visits he received and what he wrote of later contacts. Pure.
import type { LogEntry, Reception } from './types'

export interface FeedItem {
  id: string
  at: string
  receptionId: string
  visitor: string
  kind: 'first' | LogEntry['mode']
  text: string
  /** A visit whose course is still to be told. */
  open: boolean
}

const ofVisit = (r: Reception): FeedItem => ({
  id: r.id,
  at: r.arrived_at,
  receptionId: r.id,
  visitor: r.name,
  kind: 'first',
  text: [r.intention, r.course].filter(Boolean).join('\n'),
  open: !r.course_at,
})
const ofEntry = (e: LogEntry): FeedItem => ({ id: e.id, at: e.at, receptionId: e.reception_id, visitor: e.visitor ?? '', kind: e.mode, text: e.text, open: false })

interface Growing<T> {
  items: T[]
  /** Cursor of what comes after; empty at the end. */
  next: string
}

const before = (a: string, b: string) => Date.parse(a) < Date.parse(b)

/** Both lists, the newest first. What is older than the end of a list that goes on is held back: it would come too early. */
export function feedOf(visits: Growing<Reception>, entries: Growing<LogEntry>): FeedItem[] {
  const lists = [visits.items.map(ofVisit), entries.items.map(ofEntry)]
  const ends = [visits, entries].map((l, i) => (l.next ? (lists[i]?.at(-1)?.at ?? '') : '')).filter(Boolean)
  return lists
    .flat()
    .filter((x) => ends.every((end) => !before(x.at, end)))
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.id < b.id ? 1 : -1))
}
