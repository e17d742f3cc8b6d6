import { mount } from '@vue/test-utils'
import { beforeAll, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import type { MyOrg, OrgLevel } from '@/api/types'
import { i18n, setLang } from '@/i18n'
import OrgTree from './OrgTree.vue'
import { growTree } from './tree'

beforeAll(() => setLang('zh', false))

const org = (id: string, level: OrgLevel, parent_id: string, name: string): MyOrg => ({ id, level, parent_id, code: id, name, short_name: name })
const tree = growTree([
  org('33', 'province', '', '云江省电力公司'),
  org('3301', 'city', '33', '云州供电公司'),
  org('1001', 'county', '3301', '清河县供电公司'),
  org('3302', 'city', '33', '江州供电公司'),
])
function show(props: { query?: string; selected?: string } = {}) {
  const view = mount(OrgTree<MyOrg>, { props: { tree, label: '组织树', ...props }, global: { plugins: [i18n] }, attachTo: document.body })
  const items = () => view.findAll('[role=treeitem]')
  const press = async (key: string) => {
    await view.find('[role=treeitem][tabindex="0"]').trigger('keydown', { key })
    await nextTick()
  }
  return { view, items, press, names: () => items().map((i) => i.find('.name').text()), at: () => document.activeElement?.querySelector('.name')?.textContent }
}

describe('tree', () => {
  it('tells level, place and state of every row', () => {
    const { items } = show({ selected: '3302' })
    expect(items().map((i) => i.attributes('aria-level'))).toEqual(['1', '2', '3', '2'])
    expect(items()[3]!.attributes()).toMatchObject({ 'aria-posinset': '2', 'aria-setsize': '2', 'aria-selected': 'true', tabindex: '0' })
    expect(items().map((i) => i.attributes('aria-expanded'))).toEqual(['true', 'true', undefined, undefined])
    expect(items().filter((i) => i.attributes('tabindex') === '0')).toHaveLength(1)
  })

  it('is walked by keys', async () => {
    const { press, at, names, view } = show()
    await press('ArrowDown')
    expect(at()).toBe('云州供电公司')
    await press('ArrowRight')
    expect(at()).toBe('清河县供电公司')
    await press('ArrowLeft')
    expect(at()).toBe('云州供电公司')
    await press('ArrowLeft')
    expect(names()).toEqual(['云江省电力公司', '云州供电公司', '江州供电公司'])
    await press('End')
    expect(at()).toBe('江州供电公司')
    await press('ArrowDown')
    expect(at()).toBe('江州供电公司')
    await press('Home')
    await press('江')
    expect(at()).toBe('江州供电公司')
    await press('*')
    expect(names()).toContain('清河县供电公司')
    await press('Enter')
    await press(' ')
    expect(view.emitted('choose')).toEqual([['3302'], ['3302']])
  })

  it('leaves keys with Ctrl to the page', async () => {
    const { view } = show()
    const event = new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true, cancelable: true })
    view.find('[role=treeitem]').element.dispatchEvent(event)
    expect(event.defaultPrevented).toBe(false)
  })

  it('opens and closes at the arrow without choosing', async () => {
    const { view, names } = show()
    await view.find('.twist').trigger('click')
    expect(names()).toEqual(['云江省电力公司'])
    expect(view.emitted('choose')).toBeUndefined()
    await view.find('[role=treeitem]').trigger('click')
    expect(view.emitted('choose')).toEqual([['33']])
  })

  it('shows what is found, marked, and says how many', async () => {
    const { view, names } = show({ query: '清河' })
    expect(names()).toEqual(['云江省电力公司', '云州供电公司', '清河县供电公司'])
    expect(view.findAll('mark').map((m) => m.text())).toEqual(['清河'])
    expect(view.find('[role=status]').text()).toContain('1')
    await view.setProps({ query: '不存在' })
    expect(view.find('[role=tree]').exists()).toBe(false)
    expect(view.text()).toContain('没有名称或编码相符的组织')
  })

  it('brings what is chosen into sight', async () => {
    const { view, names } = show()
    await view.find('.twist').trigger('click')
    await view.setProps({ selected: '1001' })
    expect(names()).toContain('清河县供电公司')
  })
})
