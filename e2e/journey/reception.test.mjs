// The register of visitors on the real program: registering, the course, contacts, ties to customers, and the supervisor's checks.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccessible } from '../lib/axe.mjs'
import { phone } from '../lib/browser.mjs'
import { journeys, pick, ready } from '../lib/journey.mjs'
import { addUser, PASSWORD, signIn } from '../lib/world.mjs'

const clerk = { login: 'wangfang', password: PASSWORD }
const head = { login: 'zhaolei', password: PASSWORD }
const maintainer = { login: 'hejing', password: PASSWORD }
const other = { login: 'limei', password: PASSWORD }
const frame = journeys({ prepare })
let asClerk, asMaintainer

async function prepare(world) {
  await addUser(world, { login: 'limei', name: '李梅', role: 'clerk', at: '1002' })
  asClerk = await signIn(world.url, clerk)
  asMaintainer = await signIn(world.url, maintainer)
}
const receive = async (visit) => (await asClerk('POST', '/receptions', visit)).body
const heading = (page, name) => page.getByRole('heading', { level: 1, name })
const button = (page, name) => page.getByRole('button', { name, exact: true })
const fits = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)

describe('the register', () => {
  it('is empty at first and says what to do', async () => {
    const page = await frame.open(clerk, '/receptions')
    await page.getByText('还没有来访登记').waitFor()
    await checkAccessible(page, 'empty register')
  })

  it('takes a visitor by Ctrl+K and the keyboard alone; the course follows when he has left', async () => {
    const page = await frame.open(clerk, '/')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: '搜索与命令' }).fill('登记来访')
    await page.getByRole('option', { name: '登记来访' }).first().waitFor()
    await page.keyboard.press('Enter')
    await heading(page, '登记来访').waitFor()
    await page.locator('[data-autofocus]:focus').waitFor()
    await checkAccessible(page, 'form')
    await page.keyboard.type('林建华')
    await page.keyboard.press('Tab')
    await page.keyboard.type('15400001234')
    await page.getByLabel('来意').fill('咨询新房装表')
    await page.getByLabel('外貌特征').fill('戴眼镜，本地口音')
    await page.keyboard.press('Enter')
    await heading(page, '林建华').waitFor()
    await page.getByText('访客离开后请马上补记接待经过。').waitFor()
    await checkAccessible(page, 'visitor without a course')
    await page.goto('/tasks')
    await page.getByRole('link', { name: /补记 .* 来访的接待经过/ }).click()
    await heading(page, '林建华').waitFor()
    await button(page, '访客已离开，补记经过').click()
    const dialog = page.getByRole('dialog', { name: '补记接待经过' })
    await dialog.locator('textarea:focus').waitFor()
    await button(dialog, '保存').click()
    await dialog.getByText('必填').waitFor()
    await checkAccessible(page, 'course dialog with error')
    await dialog.getByLabel('接待经过').fill('说明一户一表流程，发放材料清单。')
    await page.keyboard.press('Control+Enter')
    await page.getByText('说明一户一表流程，发放材料清单。').waitFor()
    assert.equal((await asClerk('GET', '/tasks')).body.items.length, 0)
  })

  it('warns of a known phone and refuses a bad one', async () => {
    await receive({ name: '周小红', phone: '15400005678', intention: '办理过户' })
    const page = await frame.open(clerk, '/receptions/new')
    await page.getByLabel('姓名').fill('周小红')
    await page.getByLabel('电话').fill('15400005678')
    await page.getByText('这个电话已经登记过').waitFor()
    await page.getByText('（办理过户）').waitFor()
    await checkAccessible(page, 'known phone')
    await page.getByLabel('电话').fill('123')
    await page.getByText('这个电话已经登记过').waitFor({ state: 'detached' })
    await page.getByLabel('电话').fill('1540000')
    await button(page, '登记来访').click()
    await page.locator('[aria-invalid=true]').waitFor()
    await checkAccessible(page, 'form with error')
    await page.getByLabel('电话').fill('15400005678')
    await page.getByRole('button', { name: '登记并继续下一位' }).click()
    await page.getByText('已登记“周小红”的来访').waitFor()
    await page.locator('[data-autofocus]:focus').waitFor()
    assert.equal(await page.getByLabel('姓名').inputValue(), '')
    assert.equal((await asClerk('GET', `/receptions?q=${encodeURIComponent('周小红')}`)).body.items.length, 2)
  })

  it('is searched and filtered', async () => {
    await receive({ name: '何大明', intention: '咨询光伏并网' })
    const page = await frame.open(clerk, '/receptions')
    const rows = page.locator('tbody:not([aria-hidden]) tr')
    await page.getByText(/还没有补记接待经过，请马上补记/).waitFor()
    await checkAccessible(page, 'register')
    await page.getByRole('searchbox', { name: '搜索' }).fill('光伏')
    await page.waitForURL(/q=/)
    await page.locator('[aria-busy=true]').waitFor({ state: 'detached' })
    assert.equal(await rows.count(), 1)
    await rows.getByText('何大明').waitFor()
    await page.goto('/receptions?customer=yes')
    await page.getByText('没有符合条件的记录').first().waitFor()
    await page.goto('/receptions?course=unfilled&customer=no&day=2020-01-01..2020-01-02')
    await page.getByText('没有符合条件的记录').first().waitFor()
    await page.goto(`/receptions?receiver_id=${frame.world.users.wangfang.id}&intention=${encodeURIComponent('装表')}`)
    await ready(page)
    assert.equal(await rows.count(), 1)
  })
})

describe('a visitor', () => {
  it('comes again, is called, and is changed with undo', async () => {
    const visit = await receive({ name: '孙海', phone: '15400002222', intention: '电压不稳', course: '已登记' })
    const page = await frame.open(clerk, `/receptions/${visit.id}`)
    await page.getByText('还没有后续联系').waitFor()
    await button(page, '记录后续联系').click()
    const dialog = page.getByRole('dialog', { name: '记录后续联系' })
    await checkAccessible(page, 'contact dialog')
    await pick(page, '方式', '短信')
    await dialog.getByLabel('内容').fill('告知改造停电时间')
    await button(dialog, '保存').click()
    await page.getByRole('group', { name: '后续联系' }).getByText('告知改造停电时间').waitFor()
    await button(page, '修改登记').click()
    await page.getByRole('dialog').getByLabel('工作单位').fill('供销社')
    await checkAccessible(page, 'edit dialog')
    await button(page.getByRole('dialog'), '保存').click()
    await page.getByText('供销社').waitFor()
    await button(page, '撤销').click()
    await page.getByText('供销社').waitFor({ state: 'detached' })
    await page.getByText('已撤销').waitFor()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await checkAccessible(page, 'visitor')
  })

  it('becomes a customer and that is taken back; is tied to an existing one', async () => {
    const visit = await receive({ name: '郑新来', phone: '15400003333', course: '办结' })
    const page = await frame.open(maintainer, `/receptions/${visit.id}`)
    await button(page, '建为新客户').click()
    const making = page.getByRole('dialog', { name: '建为新客户' })
    await checkAccessible(page, 'make a customer')
    await button(making, '建为新客户').click()
    await page.getByRole('link', { name: /郑新来 K/ }).waitFor()
    const made = (await asClerk('GET', `/receptions/${visit.id}`)).body.customer_id
    const kinds = (await asClerk('GET', `/customers/${made}/timeline`)).body.items.map((e) => e.kind)
    assert.ok(kinds.includes('customer.received'), `the timeline tells of the visit: ${kinds}`)
    await button(page, '撤销').click()
    await page.getByText('已撤销').waitFor()
    assert.equal((await asClerk('GET', `/receptions/${visit.id}`)).body.customer_id, undefined)
    assert.equal((await asClerk('GET', `/customers/${made}`)).body.status, 'closed')

    const known = (await asMaintainer('POST', '/customers', { kind: 'person', name: '吴老客' })).body
    await button(page, '查找客户并关联').click()
    const choosing = page.getByRole('dialog', { name: '查找客户并关联' })
    await choosing.getByRole('searchbox').fill('吴老客')
    await choosing.getByRole('button', { name: new RegExp(known.customer_no) }).waitFor()
    await checkAccessible(page, 'find a customer')
    await choosing.getByRole('button', { name: new RegExp(known.customer_no) }).click()
    await page.getByRole('link', { name: `吴老客 ${known.customer_no}` }).waitFor()
    await button(page, '取消关联').click()
    await page.getByText('已取消关联').waitFor()
    await page.getByRole('button', { name: '撤销' }).last().click()
    await page.getByRole('link', { name: `吴老客 ${known.customer_no}` }).waitFor()
  })

  it('whose phone a customer has is asked about before another archive is made', async () => {
    const visit = await receive({ name: '钱同号', phone: '15400004444' })
    const like = (await asMaintainer('POST', '/customers', { kind: 'person', name: '钱同号', contacts: [{ kind: 'phone', value: '15400004444', primary: true }] })).body
    const page = await frame.open(maintainer, `/receptions/${visit.id}`)
    await page.getByText('有客户登记了同一电话').waitFor()
    await button(page, '建为新客户').click()
    await button(page.getByRole('dialog', { name: '建为新客户' }), '建为新客户').click()
    const dialog = page.getByRole('dialog', { name: '可能是已有的客户' })
    await dialog.getByText(like.customer_no).waitFor()
    await checkAccessible(page, 'duplicates')
    await dialog.getByRole('button', { name: '返回' }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: '关联到“钱同号”' }).click()
    await page.getByRole('link', { name: `钱同号 ${like.customer_no}` }).waitFor()
  })

  it('changed meanwhile by another page: the course is merged, nothing is lost', async () => {
    const visit = await receive({ name: '冯并行', intention: '咨询' })
    const page = await frame.open(clerk, `/receptions/${visit.id}?tell=1`)
    await page.getByRole('dialog').getByLabel('接待经过').fill('谈了装表')
    await asClerk('PUT', `/receptions/${visit.id}`, { name: '冯并行', intention: '咨询', employer: '物业', arrived_at: visit.arrived_at }, { 'If-Match': `"${visit.version}"` })
    await button(page.getByRole('dialog'), '保存').click()
    await page.getByRole('button', { name: '合并并保存' }).click()
    await page.getByText('谈了装表').waitFor()
    assert.equal((await asClerk('GET', `/receptions/${visit.id}`)).body.employer, '物业')
  })
})

describe('the log', () => {
  it('is one line of time, and its supervisor checks it', async () => {
    const page = await frame.open(clerk, '/reception-log')
    await heading(page, '我的见客日志').waitFor()
    await page.getByText('告知改造停电时间').waitFor()
    await page.getByText('还没有检查过').waitFor()
    await checkAccessible(page, 'own log')

    const boss = await frame.open(head, '/reception-checks')
    await boss.getByRole('link', { name: '王芳' }).waitFor()
    await checkAccessible(boss, 'checks')
    await boss.getByRole('link', { name: '王芳' }).click()
    await heading(boss, '王芳的见客日志').waitFor()
    await checkAccessible(boss, 'log of another')
    await button(boss, '检查').click()
    const dialog = boss.getByRole('dialog', { name: '检查王芳的日志' })
    await dialog.getByLabel('检查意见').fill('请按约定回访')
    await checkAccessible(boss, 'check dialog')
    await button(dialog, '记录检查').click()
    await boss.getByText('请按约定回访').waitFor()
    await boss.goto('/reception-checks')
    await boss.getByText('没有待检查的日志').waitFor()
    await checkAccessible(boss, 'nothing to check')
    await page.reload()
    await page.getByText('请按约定回访').waitFor()
  })
})

describe('others', () => {
  it('of another company see nothing of it', async () => {
    const visit = await receive({ name: '秘密客', phone: '15400006666' })
    const page = await frame.open(other, '/receptions')
    await page.getByText('还没有来访登记').waitFor()
    await page.goto(`/receptions/${visit.id}`)
    await page.getByRole('alert').first().waitFor()
    assert.ok(!(await page.locator('main').textContent()).includes('秘密客'))
    await checkAccessible(page, 'not found')
    await page.goto('/receptions/new')
    await page.getByLabel('电话').fill('15400006666')
    await page.waitForResponse((r) => r.url().endsWith('/receptions/known'))
    assert.equal(await page.getByText('这个电话已经登记过').count(), 0)
  })

  it('without the right are told so', async () => {
    const page = await frame.open(clerk, '/reception-checks')
    await page.getByText(/没有.*权限/).first().waitFor()
    await checkAccessible(page, 'forbidden')
    assert.equal(await page.getByRole('link', { name: '日志检查' }).count(), 0)
  })

  it('on a phone see it all', async () => {
    const visit = (await asClerk('GET', '/receptions')).body.items[0]
    for (const [person, path] of [[clerk, '/receptions'], [clerk, '/receptions/new'], [clerk, `/receptions/${visit.id}`], [clerk, '/reception-log'], [head, '/reception-checks']]) {
      const page = await frame.open(person, path, { viewport: phone })
      assert.ok(await fits(page), `${path} is wider than the screen`)
      await checkAccessible(page, `${path} on a phone`)
    }
  })
})
