// What many test files begin with is made once: run.mjs makes it in the directory ZHIYIN_E2E_MADE, and each file takes a copy.
import { cp, readFile } from 'node:fs/promises'
import path from 'node:path'

/** Copies what was made under a name into a directory. Returns what is known of it; nothing where it was not made. */
export async function takeMade(name, data) {
  const made = process.env.ZHIYIN_E2E_MADE
  if (!made) return undefined
  const known = await readFile(path.join(made, `${name}.json`), 'utf8').catch(() => undefined)
  if (known === undefined) return undefined
  await cp(path.join(made, name), data, { recursive: true })
  return JSON.parse(known)
}
