import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { MyOrg, OrgLevel } from '@/api/types'
import { i18n, setLang } from '@/i18n'
import { me } from '@/session/session'
import { somebody } from '@/test/mount'
import { orgName, orgWay } from './names'
import OrgPicker from './OrgPicker.vue'

const org = (id: string, level: OrgLevel, parent_id: string, name: string): MyOrg => ({ id, level, parent_id, code: id, name, short_name: name })
beforeAll(() => setLang('zh', false))
beforeEach(() => {
  const orgs = [org('33', 'province', '', '云江省电力公司'), org('3301', 'city', '33', '云州供电公司'), org('1001', 'county', '3301', '清河县供电公司')]
  me.value = { ...somebody, home_org_id: '33', orgs }
})
afterEach(() => (me.value = null))

function show(modelValue: string) {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', component: {} }] })
  return mount(OrgPicker, { props: { modelValue, label: '所属组织' }, global: { plugins: [i18n, router] }, attachTo: document.body })
}

describe('organisation picker', () => {
  it('shows what is chosen with the way to it', () => {
    expect(show('1001').text()).toBe('清河县供电公司云江省电力公司 / 云州供电公司')
    expect(show('').text()).toBe('请选择组织')
    expect(show('elsewhere').text()).toBe('您的范围之外的组织')
  })

  it('opens a tree to search and choose from', async () => {
    const view = show('')
    const field = view.find('[role=combobox]')
    expect(field.attributes()).toMatchObject({ 'aria-haspopup': 'dialog', 'aria-expanded': 'false', 'aria-label': '所属组织' })
    await field.trigger('click')
    await flushPromises()
    expect(field.attributes('aria-expanded')).toBe('true')
    const search = document.querySelector<HTMLInputElement>('[role=dialog] input[type=search]')
    expect(document.activeElement).toBe(search)
    search!.value = '清河'
    search!.dispatchEvent(new Event('input'))
    await flushPromises()
    search!.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))
    await flushPromises()
    expect(document.activeElement?.getAttribute('role')).toBe('treeitem')
    const items = [...document.querySelectorAll<HTMLElement>('[role=treeitem]')]
    items.at(-1)?.click()
    await flushPromises()
    expect(view.emitted('update:modelValue')).toEqual([['1001']])
    expect(document.querySelector('[role=tree]')).toBeNull()
    expect(document.activeElement).toBe(field.element)
  })
})

it('names organisations, and a dash for those outside the grants', () => {
  expect(orgName('3301')).toBe('云州供电公司')
  expect(orgName('x')).toBe('–')
  expect(orgName(undefined)).toBe('–')
  expect(orgWay('33')).toBe('')
  expect(orgWay('1001')).toBe('云江省电力公司 / 云州供电公司')
})
