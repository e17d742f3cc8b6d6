/** One field that somebody else changed while it was open here. */
export interface Difference {
  name: string
  before: unknown
  mine: unknown
  theirs: unknown
  /** Both sides changed it, differently: a person must choose. */
  contested: boolean
}

const same = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Three-way comparison: what they changed since we read the record, and where that meets our own change. */
export function compare(
  before: Record<string, unknown>,
  mine: Record<string, unknown>,
  theirs: Record<string, unknown>,
): Difference[] {
  return Object.keys(mine)
    .filter((name) => !same(before[name], theirs[name]))
    .map((name) => ({
      name,
      before: before[name],
      mine: mine[name],
      theirs: theirs[name],
      contested: !same(before[name], mine[name]) && !same(mine[name], theirs[name]),
    }))
}
