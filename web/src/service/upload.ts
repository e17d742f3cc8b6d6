import { newKey, refusalOf } from './client'
import { langTag } from './words'

/** What the server takes with a case. */
export const MOST_FILES = 9
export const MOST_BYTES = 20 * 1024 * 1024

async function upload(id: string, file: File): Promise<void> {
  const name = encodeURIComponent(file.name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  const response = await fetch(`/api/v1/portal/cases/${id}/files`, {
    method: 'POST',
    headers: { 'Accept-Language': langTag(), 'Content-Type': 'application/octet-stream', 'Content-Disposition': `attachment; filename*=UTF-8''${name}`, 'Idempotency-Key': newKey() },
    body: file,
  })
  if (!response.ok) throw refusalOf(response.status, await response.json().catch(() => null))
}

/** Sends files with a case, one after the other; gives how many were not taken. */
export async function uploadAll(id: string, files: File[]): Promise<number> {
  let unsent = 0
  for (const file of files) await upload(id, file).catch(() => unsent++)
  return unsent
}
