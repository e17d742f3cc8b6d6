// Cases to look at: one in work with a pause and words to the customer, one late and secret, one that waits for its call back.
import { randomUUID } from 'node:crypto'
import { addUser, PASSWORD, signIn } from './world.mjs'

export const handler = { login: 'songlan', password: PASSWORD }
const DAY_MS = 86_400_000

/** Two people who work on complaints at the service centre. */
export async function addHandlers(world) {
  world.users.songlan = await addUser(world, { login: 'songlan', name: '宋岚', role: 'complaint_handler', at: '1001', home: '100102' })
  world.users.machao = await addUser(world, { login: 'machao', name: '马超', role: 'complaint_handler', at: '1001', home: '100102' })
}

/** Registers a case; what is not said is a complaint by telephone. */
export const register = async (call, input) =>
  (await call('POST', '/cases', { type: 'complaint', category: 'outage', channel: 'phone', source: 'active', area: 'urban', ...input }, { 'Idempotency-Key': randomUUID() })).body

/** Takes a step of a case and gives the case after it. */
export const step = async (call, of, action, body) => (await call('POST', `/cases/${of.id}/${action}`, body, { 'If-Match': `"${of.version}"` })).body

/** Makes handlers and cases; their ids in world.cases. */
export async function makeCases(world) {
  await addHandlers(world)
  const [clerk, worker] = await Promise.all([signIn(world.url, { login: 'wangfang', password: PASSWORD }), signIn(world.url, handler)])
  const unit_id = world.orgs[100102].id
  const text = '人民东路 18 号小区昨天晚上停电四个小时，没有提前通知，家里老人用的呼吸机差点断电。打了两次电话都说在抢修，没有人告诉我们什么时候来电。'
  let worked = await register(clerk, { unit_id, text, title: '停电四小时未通知', caller_name: '陈志远', caller_phone: '15400003344', place: '人民东路 18 号', circumstances: ['important_user'] })
  worked = await step(worker, worked, 'accept')
  worked = await step(worker, worked, 'progress', { milestone: 'contacted', text: '已说明抢修原因并致歉。' })
  await worker('POST', `/cases/${worked.id}/notes`, { text: '请调度查一下 10 千伏东线的跳闸记录。', audience: 'internal' }, { 'Idempotency-Key': randomUUID() })
  worked = (await worker('GET', `/cases/${worked.id}`)).body
  worked = await step(worker, worked, 'pause', { reason: '等待客户提供设备型号', evidence: '通话录音 20261129-031' })
  worked = await step(worker, worked, 'resume')
  const late = await register(clerk, { unit_id, secret: true, type: 'report', category: 'service.conduct', text: '抄表员收受好处，少抄了隔壁厂的电量。', received_at: new Date(Date.now() - 30 * DAY_MS).toISOString() })
  let resolved = await register(clerk, { unit_id, text: '电费账单上的地址写错了，请改正。', category: 'business.billing' })
  resolved = await step(worker, resolved, 'accept')
  resolved = await step(worker, resolved, 'resolve', { answer: '地址已更正，新账单将寄到正确的地址。', cause: '录入时看错门牌号。', measures: '档案已核对并更正。', finding: 'management' })
  world.cases = { worked: worked.id, late: late.id, resolved: resolved.id }
}
