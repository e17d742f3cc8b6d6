// What there is to see: each scene is one state of one page, looked at by shots.mjs and checked by accessible.test.mjs.
// path: where, or a function of the world; act(page): what is opened there; as: who looks (the administrator unless
// said); phone: checked at phone width too.
import { auditor, PASSWORD, security } from '../lib/world.mjs'

const clerk = { login: 'wangfang', password: PASSWORD }
const head = { login: 'zhaolei', password: PASSWORD }
const countyAdmin = { login: 'chenyu', password: PASSWORD }
const province = { login: 'sunli', password: PASSWORD }

const handler = { login: 'songlan', password: PASSWORD }
const maintainer = { login: 'hejing', password: PASSWORD }

const press = (name) => async (page) => {
  await page.getByRole('button', { name }).click()
  await page.getByRole('dialog').last().waitFor()
}
async function sendNothing(page) {
  await press(/申请查看|Ask to see/)(page)
  await page.getByRole('button', { name: /提交申请|Send request/ }).click()
  await page.getByText(/必填|Required/).first().waitFor()
}
async function rejectOne(page) {
  await page.getByRole('radio', { name: /不采纳|Reject/ }).first().click({ force: true })
}
async function openFirst(page) {
  await page.locator('summary').first().click()
}
async function traceUnknown(page) {
  await page.getByRole('textbox', { name: /文件编号|Serial number/ }).fill('7K2Q-90FM-4TXC-B13Z')
  await page.getByRole('button', { name: /^(追查|Trace)$/ }).click()
  await page.getByRole('alert').waitFor()
}
async function fillNewUser(page) {
  await page.getByRole('button', { name: /随机生成|Generate/ }).click()
  await page.getByRole('button', { name: /添加授权|Add grant/ }).click()
  await page.getByRole('combobox', { name: /所属组织|Home organisation/ }).click()
  await page.getByRole('tree').waitFor()
}
async function typeShortPassword(page) {
  await press(/重置密码|Reset password/)(page)
  await page.getByLabel(/^新密码|^New password/).fill('abc')
}
async function fillCase(page) {
  await page.getByLabel(/^来电号码|^Phone/).fill('15400003344')
  await page.getByLabel(/^诉求内容|^What the customer says/).fill('又停电了，还是没有通知。')
  await page.locator('.el-checkbox').filter({ hasText: /人身伤害|[Ii]njur/ }).click()
  await page.locator('.el-checkbox').filter({ hasText: /^(保密|Secret)$/ }).click()
  await page.getByText(/可能是同一诉求|may be the same/).waitFor()
}
async function saveNothing(page) {
  await page.getByRole('button', { name: /保存工单|Save the case/ }).click()
  await page.getByText(/必填|Required/).first().waitFor()
}
async function explain(page) {
  await press(/时限怎么算的|Explain these dates/)(page)
  await page.getByRole('dialog').getByRole('heading', { level: 3 }).first().waitFor()
}
async function lookFor(page) {
  await page.getByRole('textbox', { name: /搜索知识库|Search the knowledge base/ }).fill('tingdian')
  await page.locator('mark').first().waitFor()
}
async function oddVariable(page) {
  await press(/新建话术|New standard answer/)(page)
  await page.getByRole('dialog').locator('textarea').first().fill('{customer_name}您好，{nobody}。')
  await page.getByText(/没有名为 \{nobody\}|no variable \{nobody\}/).waitFor()
}
async function readBeside(page) {
  await page.getByLabel(/^诉求内容|^What the customer says/).fill('计划停电没有人通知，想知道怎样提前知道。')
  await page.getByRole('button', { name: /计划停电怎样提前知道/ }).first().click()
  await page.getByRole('link', { name: /新窗口打开|Open in a new window/ }).waitFor()
}
async function changeTicked(page) {
  await page.locator('input[type=checkbox]').nth(1).check()
  await press(/^(批量修改|Change)$/)(page)
}
async function refuse(page) {
  await page.getByRole('button', { name: /更多操作|More/ }).click()
  await page.getByRole('menuitem', { name: /不批准|Refuse/ }).click()
  await page.getByRole('dialog').waitFor()
}
async function newIncident(page) {
  await press(/登记服务事故|Open a service incident/)(page)
  await page.getByRole('combobox', { name: /^(等级|Grade)/ }).click({ force: true })
  await page.getByRole('option', { name: /^(较大|Serious)$/ }).click()
}
async function concludeAnew(page) {
  await page.getByRole('button', { name: /更多操作|More/ }).click()
  await page.getByRole('menuitem', { name: /认定责任|Conclude/ }).click()
  await page.getByRole('dialog').waitFor()
}
const inFourDays = Date.now() + 4 * 86_400_000

export const scenes = {
  home: { path: '/', as: head },
  tasks: { path: '/tasks', as: head, phone: true },
  'tasks-team': { path: '/tasks?tab=team', as: head, phone: true },
  'tasks-late': { path: '/tasks', as: head, clock: inFourDays },
  'tasks-done': { path: '/tasks?tab=done', as: head },
  'tasks-none': { path: '/tasks', as: province },
  cases: { path: '/cases', as: handler, phone: true },
  'cases-all': { path: '/cases?tab=all', as: head },
  'cases-none': { path: '/cases?tab=registered', as: head },
  'case-new': { path: '/cases/new', as: clerk, act: fillCase, phone: true },
  'case-empty': { path: '/cases/new', as: clerk, act: saveNothing },
  case: { path: ({ cases }) => `/cases/${cases.worked}`, as: handler, phone: true },
  'case-hidden': { path: ({ cases }) => `/cases/${cases.late}`, as: maintainer },
  'case-explain': { path: ({ cases }) => `/cases/${cases.worked}`, as: handler, act: explain, phone: true },
  'case-transfer': { path: ({ cases }) => `/cases/${cases.worked}`, as: handler, act: press(/^(转派|Transfer)$/), phone: true },
  'case-verdict': { path: ({ cases }) => `/cases/${cases.resolved}`, as: handler, act: press(/^(记录评价|Record the verdict)$/), phone: true },
  'case-edit': { path: ({ cases }) => `/cases/${cases.worked}/edit`, as: handler },
  'case-order': { path: ({ cases }) => `/cases/${cases.worked}/order`, as: handler, phone: true },
  'case-thanks': { path: ({ cases }) => `/cases/${cases.resolved}/thanks`, as: handler },
  'case-digest': { path: '/case-digest', as: head, phone: true },
  'case-settings': { path: '/case-settings', as: head, act: (page) => page.getByRole('button', { name: /添加规则|Add a rule/ }).click(), phone: true },
  'case-categories': { path: '/case-settings?tab=categories', as: head, phone: true },
  'case-notices': { path: '/case-settings?tab=notices', as: head, phone: true },
  'case-company': { path: '/case-settings?tab=company', as: head },
  'case-rules': { path: '/case-settings?tab=rules', as: head, phone: true },
  knowledge: { path: '/knowledge', as: clerk, act: lookFor, phone: true },
  'knowledge-new': { path: '/knowledge', as: clerk },
  articles: { path: '/knowledge?tab=articles', as: head, phone: true },
  snippets: { path: '/knowledge?tab=snippets', as: handler, phone: true },
  'snippet-new': { path: '/knowledge?tab=snippets', as: handler, act: oddVariable, phone: true },
  'knowledge-report': { path: '/knowledge?tab=report', as: head, phone: true },
  article: { path: ({ articles }) => `/knowledge/${articles.read}`, as: clerk, phone: true },
  'article-compare': { path: ({ articles }) => `/knowledge/${articles.read}`, as: handler, act: (page) => page.getByRole('button', { name: /^(比较|Compare)$/ }).first().click() },
  'article-numbered': { path: ({ articles }) => `/knowledge/${articles.draft}`, as: handler },
  'article-publish': { path: ({ articles }) => `/knowledge/${articles.review}`, as: head, act: press(/^(发布|Publish)$/), phone: true },
  'article-return': { path: ({ articles }) => `/knowledge/${articles.review}`, as: head, act: press(/^(退回|Send back)$/) },
  'article-edit': { path: ({ articles }) => `/knowledge/${articles.draft}/edit`, as: handler, phone: true },
  'article-new': { path: '/knowledge/new', as: province },
  'case-article': { path: '/cases/new', as: clerk, act: readBeside, phone: true },
  'case-insert': { path: '/cases/new', as: clerk, act: press(/插入标准话术|Insert a standard answer/), phone: true },
  'bulk-changes': { path: '/bulk-changes', as: maintainer, phone: true },
  'bulk-changes-none': { path: '/bulk-changes', as: clerk },
  'bulk-change': { path: ({ bulks }) => `/bulk-changes/${bulks.made}`, as: maintainer, phone: true },
  'bulk-customers': { path: '/customers', as: maintainer, act: changeTicked, phone: true },
  'bulk-cases': { path: '/cases?tab=all', as: head, act: changeTicked },
  outages: { path: '/outages', as: handler, phone: true },
  outage: { path: ({ outages }) => `/outages/${outages.sent}`, as: handler, phone: true },
  'outage-restored': { path: ({ outages }) => `/outages/${outages.restored}`, as: head },
  'outage-arrive': { path: ({ outages }) => `/outages/${outages.sent}`, as: handler, act: press(/到达现场|Crew is there/) },
  'outage-offered': { path: ({ outages }) => `/cases/${outages.other}`, as: clerk, phone: true },
  'outage-joined': { path: ({ outages }) => `/cases/${outages.first}`, as: clerk },
  promises: { path: '/promises', as: clerk, phone: true },
  'promises-awaiting': { path: '/promises?tab=awaiting', as: head },
  'promises-key': { path: '/promises?tab=key', as: head },
  promise: { path: ({ promises }) => `/promises/${promises.awaiting}`, as: head, phone: true },
  'promise-refuse': { path: ({ promises }) => `/promises/${promises.awaiting}`, as: head, act: refuse },
  'promise-explain': { path: ({ promises }) => `/promises/${promises.open}`, as: clerk, act: press(/解释期限|Explain this date/), phone: true },
  'promise-new': { path: ({ promises }) => `/customers/${promises.customer}?tab=promises`, as: clerk, act: press(/登记承诺|Make a promise/), phone: true },
  'promise-figures': { path: '/promise-figures?by=type', as: head, phone: true },
  'promise-types': { path: '/promise-types', as: countyAdmin, phone: true },
  'promise-type': { path: '/promise-types', as: countyAdmin, act: press(/新增类型|Add a type/), phone: true },
  incidents: { path: '/incidents?tab=all', as: handler, phone: true },
  'incidents-submitted': { path: '/incidents?tab=submitted', as: head },
  'incident-new': { path: '/incidents', as: handler, act: newIncident, phone: true },
  'incident-grades': { path: '/incidents', as: clerk, act: press(/等级和上报时限|Grades and times/), phone: true },
  incident: { path: ({ incidents }) => `/incidents/${incidents.opened}`, as: handler, phone: true },
  'incident-measures': { path: ({ incidents }) => `/incidents/${incidents.concluded}`, as: handler, phone: true },
  'incident-plan': { path: ({ incidents }) => `/incidents/${incidents.concluded}`, as: handler, act: press(/^(增加措施|Add a measure)$/), phone: true },
  'incident-close': { path: ({ incidents }) => `/incidents/${incidents.submitted}`, as: head, act: press(/^(结案|Close)$/), phone: true },
  'incident-conclude': { path: ({ incidents }) => `/incidents/${incidents.concluded}`, as: head, act: concludeAnew, phone: true },
  'incident-figures': { path: '/incident-figures', as: head, phone: true },
  orgs: { path: '/orgs', phone: true },
  'orgs-one': { path: ({ orgs }) => `/orgs?at=${orgs[1001].id}` },
  'orgs-single': { path: '/orgs', as: countyAdmin },
  'orgs-search': { path: '/orgs', act: (page) => page.getByRole('searchbox').fill('供电所') },
  'orgs-create': { path: ({ orgs }) => `/orgs?at=${orgs[3301].id}`, act: press(/新增下级|Add organisation/) },
  users: { path: '/users', as: security, phone: true },
  user: { path: ({ users }) => `/users/${users.wangfang.id}`, as: security },
  'user-edit': { path: ({ users }) => `/users/${users.wangfang.id}/edit`, as: security, phone: true },
  'user-new': { path: '/users/new', as: security, act: fillNewUser },
  'user-stop': { path: ({ users }) => `/users/${users.wangfang.id}`, as: security, act: press(/停用|Deactivate/) },
  'user-password': { path: ({ users }) => `/users/${users.wangfang.id}`, as: security, act: typeShortPassword },
  roles: { path: '/roles', as: security, act: openFirst, phone: true },
  'role-new': { path: '/roles/new', as: security, phone: true },
  matrix: { path: '/access-matrix', as: security, phone: true },
  absences: { path: '/absences', as: head, phone: true },
  'absence-new': { path: '/absences', as: head, act: press(/指定代理人|Name a deputy/), phone: true },
  proposals: { path: '/proposals', as: clerk, phone: true },
  proposal: { path: ({ asked }) => `/proposals/${asked.proposal}`, as: maintainer, act: rejectOne, phone: true },
  lookups: { path: '/lookups', as: head, phone: true },
  'lookups-none': { path: '/lookups', as: maintainer },
  'lookups-trace': { path: '/lookups?tab=trace', as: head, act: traceUnknown, phone: true },
  lookup: { path: ({ asked }) => `/lookups/${asked.lookup}`, as: head, phone: true },
  'lookup-review': { path: ({ asked }) => `/lookups/${asked.emergency}`, as: head, phone: true },
  'lookup-waiting': { path: ({ asked }) => `/customers/${asked.customer}`, as: clerk, phone: true },
  'lookup-ask': { path: ({ asked }) => `/customers/${asked.customer}`, as: province, act: sendNothing, phone: true },
  'lookup-rule': { path: '/lookup-rule', as: head, phone: true },
  missing: { path: '/lookups/0', as: head },
  'privacy-request': { path: ({ asked }) => `/privacy-requests/${asked.request}`, as: maintainer, phone: true },
  'audit-chain': { path: '/audit/chain', as: auditor, phone: true },
  'proposal-new': { path: '/customers/propose', as: clerk, phone: true },
  receptions: { path: '/receptions', as: clerk, phone: true },
  'reception-new': { path: '/receptions/new', as: clerk, phone: true },
  'reception-log': { path: '/reception-log', as: clerk },
  'reception-checks': { path: '/reception-checks', as: head },
  'privacy-requests': { path: '/privacy-requests', as: clerk, phone: true },
  'consent-purposes': { path: '/consent-purposes', as: head, phone: true },
  'consent-purpose-edit': { path: '/consent-purposes', as: head, act: (page) => page.getByRole('button', { name: /修改用途|Change the purpose/ }).first().click(), phone: true },
  'case-figures': { path: '/case-figures', as: head, phone: true },
  'case-figures-trend': { path: '/case-figures?tab=trend', as: head, phone: true },
  'case-figures-effect': { path: '/case-figures?tab=effect', as: head },
  'case-figures-points': { path: '/case-figures?tab=points', as: head },
  'case-report': { path: '/case-figures/report', as: head },
  figures: { path: '/figures', as: head, phone: true },
  'figures-stock': { path: '/figures?tab=stock', as: head },
  'figures-targets': { path: '/figures?tab=targets', as: head },
  imports: { path: '/imports', phone: true },
  calendars: { path: '/calendars?year=2026', phone: true },
  'calendars-missing': { path: '/calendars?year=2027' },
  'calendars-import': { path: '/calendars?year=2026', act: press(/导入放假安排|Import a calendar/), phone: true },
  backups: { path: '/backups', phone: true },
  'backups-schedule': { path: '/backups', act: press(/修改|Change/), phone: true },
  'backups-read': { path: '/backups', as: countyAdmin },
  messages: { path: '/messages', phone: true },
  'message-templates': { path: '/message-templates' },
  'message-template': { path: '/message-templates/case.accepted', phone: true },
  'message-channels': { path: '/message-channels', phone: true },
  webhooks: { path: '/webhooks', phone: true },
  'webhook-new': { path: '/webhooks', act: press(/新建订阅|New subscription/), phone: true },
  'portal-address': { path: '/portal-settings', as: head, act: press(/修改地址|Change address/), phone: true },
  'portal-settings': { path: '/portal-settings', as: head, phone: true },
  'service-off': { path: '/service/sign-in', as: null, phone: true },
  'service-progress': { path: '/service/progress', as: null, phone: true },
  'service-missing': { path: '/service/nothing', as: null },
  audit: { path: '/audit', as: auditor, phone: true },
  account: { path: '/account', as: clerk, phone: true },
  'account-factor': { path: '/account', as: clerk, act: (page) => page.getByRole('button', { name: /设置双重验证|Set up/ }).click() },
  'access-policy': { path: '/access-policy', as: security, phone: true },
  'api-keys': { path: '/access-keys', as: security, phone: true },
  'api-key-new': { path: '/access-keys', as: security, act: press(/新建 API 密钥|New API key/), phone: true },
  sso: { path: '/sso', as: security, phone: true },
  'sso-new': { path: '/sso/new', as: security, phone: true },
  forbidden: { path: '/users', as: clerk },
}

export const pathOf = ({ path }, world) => (typeof path === 'function' ? path(world) : path)
