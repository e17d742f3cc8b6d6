// The knowledge base to look at: what comes with the product, an article with two versions, one that waits to be judged, a draft, a standard answer.
import { randomUUID } from 'node:crypto'
import { handler } from './cases.mjs'
import { PASSWORD, signIn } from './world.mjs'

const once = () => ({ 'Idempotency-Key': randomUUID() })

/** Writes an article; what is not said is a standard answer for staff. */
export const write = async (call, title, body, more = {}) => (await call('POST', '/articles', { category: 'answer', audience: 'internal', zh: { title, body }, ...more }, once())).body

/** Takes a step of an article and gives the article after it. */
export const move = async (call, of, deed, body = {}) => (await call('POST', `/articles/${of.id}/${deed}`, body, { 'If-Match': `"${of.version}"` })).body

/** Makes articles; their ids in world.articles. makeCases comes before. */
export async function makeArticles(world) {
  const [author, head, clerk] = await Promise.all([handler, { login: 'zhaolei', password: PASSWORD }, { login: 'wangfang', password: PASSWORD }].map((p) => signIn(world.url, p)))
  await head('POST', '/article-loads', {})
  const words = { title: '计划停电怎样提前知道', body: '## 三种办法\n\n1. 拨打 **95598**；\n2. 看营业厅公告；\n3. 在网上国网订阅。\n\n| 情形 | 提前 |\n|---|---|\n| 检修 | 7 天 |' }
  const facts = { contact_point: 'outage', tags: ['停电', '公告'] }
  let read = await write(author, words.title, words.body, facts)
  read = await move(head, await move(author, read, 'submit'), 'publish')
  const changed = { category: 'answer', audience: 'public', zh: { ...words, body: words.body.replace('7 天', '8 天') }, note: '更正天数', ...facts }
  read = (await author('PUT', `/articles/${read.id}`, changed, { 'If-Match': `"${read.version}"` })).body
  read = await move(head, await move(author, read, 'submit'), 'publish')
  await clerk('PUT', `/articles/${read.id}/vote`, { no: read.published_no, useful: false })
  const review = await move(author, await write(author, '台风前怎样通知养殖户', '提前一天打电话。', { category: 'procedure' }), 'submit')
  const draft = await write(author, '屋顶光伏并网六问', '整理中，联系人 13800001234。')
  world.articles = { read: read.id, review: review.id, draft: draft.id }
  await clerk('POST', '/article-misses', { q: '光伏补贴' })
}
