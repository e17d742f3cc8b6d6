// Service incidents to look at: one of a case that is to be reported, one with measures, one that waits to be closed.
import { randomUUID } from 'node:crypto'
import { handler } from './cases.mjs'
import { signIn } from './world.mjs'

/** Opens a service incident, as the caller of the session. */
export const openIncident = async (call, input) => (await call('POST', '/incidents', { grade: 'ordinary', ...input }, { 'Idempotency-Key': randomUUID() })).body

/** Takes a step of an incident and gives the incident after it. */
export const takeIncident = async (call, of, action, body = {}) => (await call('POST', `/incidents/${of.id}/${action}`, body, { 'If-Match': `"${of.version}"` })).body

/** Makes incidents; their ids in world.incidents. makeCases comes before. */
export async function makeIncidents(world) {
  const call = await signIn(world.url, handler)
  const { songlan, wangfang } = world.users
  const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10)
  const opened = await openIncident(call, { case_id: world.cases.worked, grade: 'serious', title: '停电四小时未通知，呼吸机险些断电', text: '10 千伏东线检修没有通知呼吸机用户，抢修中也没有告知送电时间。' })
  let concluded = await openIncident(call, { title: '营业厅提前关门', text: '16:40 关门，公示时间 17:30，两名客户白跑一趟。' })
  concluded = await takeIncident(call, concluded, 'report', { remark: '已电话报告' })
  concluded = await takeIncident(call, concluded, 'conclude', { cause: '当班班长擅自安排提前关门开会。', responsible_id: world.orgs[100102].id })
  concluded = await takeIncident(call, concluded, 'plan', { text: '会议改到营业时间以外', owner_id: wangfang.id, due_day: day })
  concluded = await takeIncident(call, concluded, 'plan', { text: '班前公示当日值班人', owner_id: songlan.id, due_day: day })
  concluded = await takeIncident(call, concluded, 'keep', { measure_id: concluded.plan[1].id, proof: '新班表照片' })
  let submitted = await openIncident(call, { title: '停电通知漏发，诊所疫苗报废', text: '通知名单没有更新，东街诊所冰箱断电四小时。' })
  submitted = await takeIncident(call, submitted, 'report')
  submitted = await takeIncident(call, submitted, 'conclude', { cause: '名单没有随用户变更更新。', responsible_id: world.orgs[100102].id })
  submitted = await takeIncident(call, submitted, 'plan', { text: '每周核对名单', owner_id: songlan.id, due_day: day })
  submitted = await takeIncident(call, submitted, 'keep', { measure_id: submitted.plan[0].id, proof: '核对记录' })
  submitted = await takeIncident(call, submitted, 'submit', { remark: '请审核' })
  world.incidents = { opened: opened.id, concluded: concluded.id, submitted: submitted.id }
}
