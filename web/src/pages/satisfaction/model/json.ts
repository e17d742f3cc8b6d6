/** Where in the text a value stands: line and column from 1, and its offset. */
export interface Place {
  line: number
  column: number
  at: number
}

export function placeAt(text: string, at: number): Place {
  const before = text.slice(0, at).split('\n')
  return { line: before.length, column: (before[before.length - 1]?.length ?? 0) + 1, at }
}

/** Why a text is no JSON, and where, as browsers tell it in their messages; null for JSON. */
export function syntaxFault(text: string): Place | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    const found = /position (\d+)/.exec(String(error))
    const lines = /line (\d+) column (\d+)/.exec(String(error))
    if (found) return placeAt(text, Number(found[1]))
    if (lines) return { line: Number(lines[1]), column: Number(lines[2]), at: offset(text, Number(lines[1]), Number(lines[2])) }
    return placeAt(text, text.length)
  }
}

const offset = (text: string, line: number, column: number) => text.split('\n').slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, column - 1)

/**
 * Finds the value a field of a problem names ("constructs[1].indicators[0]") in a JSON text. What is not there stands
 * where the nearest value above it does.
 */
export function locate(text: string, field: string): Place {
  const path = [...field.matchAll(/([^.[\]]+)/g)].map((m) => m[1] ?? '')
  let at = skip(text, 0)
  for (const step of path) {
    const next = enter(text, at, step)
    if (next == null) break
    at = next
  }
  return placeAt(text, at)
}

const skip = (text: string, at: number) => at + (/^[\s,:]*/.exec(text.slice(at))?.[0].length ?? 0)

/** The offset of a member of the object or list that begins at `at`; null where there is none. */
function enter(text: string, at: number, step: string): number | null {
  const list = text[at] === '['
  if (!list && text[at] !== '{') return null
  let i = skip(text, at + 1)
  for (let n = 0; i < text.length && text[i] !== ']' && text[i] !== '}'; n++) {
    let name = String(n)
    if (!list) {
      const end = past(text, i)
      name = JSON.parse(text.slice(i, end)) as string
      i = skip(text, end)
    }
    if (name === step) return i
    i = skip(text, past(text, i))
  }
  return null
}

/** The offset behind the value that begins at `at`. */
function past(text: string, at: number): number {
  let depth = 0
  for (let i = at; i < text.length; i++) {
    const c = text[i] as string
    if (c === '"') i = stringEnd(text, i)
    else if (c === '{' || c === '[') depth++
    else if (c === '}' || c === ']') depth--
    else if (depth > 0 || !/[\s,\]}]/.test(text[i + 1] ?? ',')) continue
    if (depth <= 0) return i + 1
  }
  return text.length
}

function stringEnd(text: string, at: number): number {
  let i = at + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return i
}

/**
 * The text of a model file made ready: the model alone, where the file holds more (`{"model": …}`), named after the file
 * where it has no name. A text that is no JSON stays as it is, for its fault to be shown.
 */
export function modelOfFile(text: string, file: string): string {
  let found: unknown
  try {
    found = JSON.parse(text)
  } catch {
    return text
  }
  const model = isObject(found) && isObject(found.model) ? found.model : found
  if (!isObject(model)) return text
  const title = file.replace(/\.[^.]*$/, '')
  const name = title.toLowerCase().replace(/[^a-z0-9_-]+/g, '-').replace(/^[^a-z]+/, '').slice(0, 40)
  return JSON.stringify({ ...(name.length > 1 && { name }), title: { zh: title }, ...model }, null, 2)
}
const isObject = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v)
