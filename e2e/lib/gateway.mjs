// An SMS gateway for a journey: takes what is sent, and waits for what is to come.
import { createServer } from 'node:http'

const WAIT_MS = 15_000
const AGAIN_MS = 50

/** Starts one that sends nothing twice of the same key; texts are what came, the oldest first; next(pattern) is the first text from now on that matches, with its match. */
export async function startGateway() {
  const texts = []
  const keys = new Set()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { text, key } = JSON.parse(body)
    if (!keys.has(key)) texts.push(text)
    keys.add(key)
    response.setHeader('Content-Type', 'application/json').end('{"code":"0","data":{"id":"1"}}')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  async function next(pattern, from = texts.length) {
    for (const until = Date.now() + WAIT_MS; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))) {
      const found = texts.slice(from).map((text) => text.match(pattern)).find(Boolean)
      if (found) return found
    }
    throw new Error(`no SMS like ${pattern} came; there came: ${texts.join(' | ')}`)
  }
  return { texts, next, url: `http://127.0.0.1:${server.address().port}/sms`, stop: () => new Promise((resolve) => server.close(resolve)) }
}

/** Has a company send its SMS through the gateway. */
export async function sendThrough(gateway, call, org) {
  const to = `/message-channels/sms?org_id=${org}`
  const now = await call('GET', to)
  const set = { enabled: true, method: 'POST', url: gateway.url, headers: [], format: 'json', body: '{"phone": "{phone}", "text": "{text}", "key": "{key}"}', success_path: 'code', success_values: ['0'], retry_values: [], receipt_path: 'data.id', idempotent: true }
  await call('PUT', to, set, { 'If-Match': now.etag })
}
