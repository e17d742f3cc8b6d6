/** Whom a text names after an @: of names that begin alike the longest. */
export function mentionedIn(text: string, people: readonly { id: string; name: string }[]): string[] {
  const longestFirst = [...people].sort((a, b) => b.name.length - a.name.length)
  const found = new Set<string>()
  for (const { index } of text.matchAll(/@/g)) {
    const named = longestFirst.find((p) => text.startsWith(p.name, index + 1))
    if (named) found.add(named.id)
  }
  return [...found]
}
