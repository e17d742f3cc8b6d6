// Bulk changes to look at: one that stands, with customers that were refused.
import { randomUUID } from 'node:crypto'
import { PASSWORD, signIn } from './world.mjs'

/** Begins a bulk change and gives it when it is over. */
export async function bulk(call, path, body) {
  let change = (await call('POST', `/${path}/bulk-changes`, body, { 'Idempotency-Key': randomUUID() })).body
  while (change.state === 'running') {
    await new Promise((wait) => setTimeout(wait, 100))
    change = (await call('GET', `/bulk-changes/${change.id}`)).body
  }
  return change
}

/** Makes customers and tags them; its id in world.bulks. */
export async function makeBulks(world) {
  const maintainer = await signIn(world.url, { login: 'hejing', password: PASSWORD })
  const rows = []
  for (const name of ['丁一', '丁二', '丁三']) rows.push((await maintainer('POST', '/customers', { kind: 'person', name })).body)
  await maintainer('POST', `/customers/${rows[2].id}/close`, { reason: 'mistake' }, { 'If-Match': `"${rows[2].version}"` })
  const made = await bulk(maintainer, 'customers', { rows: rows.map(({ id, version }) => ({ id, version })), change: { action: 'tag', add: ['年度走访'] } })
  world.bulks = { made: made.id }
}
