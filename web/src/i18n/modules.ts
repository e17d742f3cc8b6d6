/** Joins the catalogue's files, one per module, into one table of sentences. */
export function mergeModules(files: Record<string, Record<string, string>>): Record<string, string> {
  return Object.assign({}, ...Object.values(files))
}
