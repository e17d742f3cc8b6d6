// Promises to look at: one open, one beyond the floor that awaits the head, one kept, one in a case.
import { randomUUID } from 'node:crypto'
import { PASSWORD, signIn } from './world.mjs'

/** Promises something to a customer or in a case, as the caller of the session. */
export const promise = async (call, input) => (await call('POST', '/promises', input, { 'Idempotency-Key': randomUUID() })).body

/** Takes a step of a promise and gives the promise after it. */
export const take = async (call, of, action, body) => (await call('POST', `/promises/${of.id}/${action}`, body, { 'If-Match': `"${of.version}"` })).body

/** Makes promises; their ids in world.promises. makeCases comes before. */
export async function makePromises(world) {
  const [clerk, maintainer] = await Promise.all([{ login: 'wangfang', password: PASSWORD }, { login: 'hejing', password: PASSWORD }].map((p) => signIn(world.url, p)))
  const customer = (await maintainer('POST', '/customers', { kind: 'person', name: '程诺言', contacts: [{ kind: 'phone', value: '15400007701', primary: true }] })).body
  const to = { customer_id: customer.id }
  const open = await promise(clerk, { ...to, type: 'answer', value: 5, words: '五个工作日内书面答复您的更名申请' })
  const awaiting = await promise(clerk, { ...to, type: 'refund', value: 120000, words: '多交的电费至多 1 200 元退到您的账户', note: '抄表差错，请审批' })
  let kept = await promise(clerk, { ...to, type: 'callback', value: 60, words: '一小时内给您回电' })
  kept = await take(clerk, kept, 'keep', { evidence: '通话录音 0412' })
  await promise(clerk, { source_type: 'case', source_id: world.cases.worked, type: 'visit', value: 24, words: '明天上门核对停电原因' })
  world.promises = { customer: customer.id, open: open.id, awaiting: awaiting.id, kept: kept.id }
}
