// Outages to look at: one with its crew on the way, one restored, and a report that could join the first.
import { randomUUID } from 'node:crypto'
import { handler, register } from './cases.mjs'
import { addUser, PASSWORD, signIn } from './world.mjs'

/** Puts an outage down, as the caller of the session. */
export const putDown = async (call, input) => (await call('POST', '/outages', input, { 'Idempotency-Key': randomUUID() })).body

/** Takes a step of an outage and gives the outage after it. */
export const take = async (call, of, action, body = {}) => (await call('POST', `/outages/${of.id}/${action}`, body, { 'If-Match': `"${of.version}"` })).body

/** A line with two districts and people supplied from them; their ids in world.net. makeCases comes before. */
export async function makeNetwork(world) {
  world.users.fengtao = await addUser(world, { login: 'fengtao', name: '冯涛', role: 'metering', at: '1001', home: '100101' })
  const [metering, maintainer] = await Promise.all(['fengtao', 'hejing'].map((login) => signIn(world.url, { login, password: PASSWORD })))
  const line = (await metering('POST', '/lines', { no: 'QH12', name: '10kV 东线', voltage: 'AC00101' })).body
  const district = async (no, name, area) => (await metering('POST', '/districts', { no, name, area, line_id: line.id, unit_id: world.orgs[100102].id })).body
  const [east, bend] = [await district('QH1201', '东街台区', 'urban'), await district('QH1202', '河湾台区', 'rural')]
  await metering('POST', '/equipment', { no: 'QH1201T', name: '东街配变', kind: 'transformer', node_kind: 'district', node_id: east.id })
  const supplied = async (name, phone, at, no, more = {}) => {
    const customer = (await maintainer('POST', '/customers', { kind: 'person', name, contacts: [{ kind: 'phone', value: phone, primary: true }], ...more })).body
    const account = (await metering('POST', '/accounts', { account_no: no, name, class: 'lv_res', use_category: 'residential', contract_va: 8000, running_va: 8000, voltage: 'AC02202', customer_id: customer.id, district_id: at.id, status: 'normal', opened_on: '2024-01-01' })).body
    return { customer: customer.id, account: account.id }
  }
  world.net = {
    line: line.id,
    east: east.id,
    bend: bend.id,
    tao: await supplied('陶桂英', '15400008801', east, '1001880101'),
    lu: await supplied('陆建平', '15400008802', east, '1001880102'),
    ye: await supplied('叶小春', '15400008803', bend, '1001880103'),
    xu: await supplied('许文彬', '15400008804', bend, '1001880104'),
  }
}

/** A fault case of somebody supplied from the network. */
export const reportFault = (call, who, text) => register(call, { type: 'fault', category: 'fault.low_voltage', text, customer_id: who.customer, account_id: who.account })

/** Makes the network and outages; their ids in world.outages. */
export async function makeOutages(world) {
  await makeNetwork(world)
  const { net } = world
  const [clerk, worker] = await Promise.all([signIn(world.url, { login: 'wangfang', password: PASSWORD }), signIn(world.url, handler)])
  const first = await reportFault(clerk, net.ye, '村里半边停电，电线杆上有火花。')
  let sent = await putDown(clerk, { place_kind: 'district', place_id: net.bend, case_id: first.id })
  sent = await take(worker, sent, 'dispatch', { unit_id: world.orgs[100102].id, crew: '抢修一班' })
  const other = await reportFault(clerk, net.xu, '家里没电，邻居也没电。')
  let restored = await putDown(clerk, { place_kind: 'line', place_id: net.line })
  for (const [action, body] of [['dispatch', { unit_id: world.orgs[100102].id, crew: '抢修二班' }], ['arrive', {}], ['restore', { cause: 'tree', finding: '竹子碰线，已修剪。' }]]) restored = await take(worker, restored, action, body)
  world.outages = { sent: sent.id, restored: restored.id, first: first.id, other: other.id }
}
