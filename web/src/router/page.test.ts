import { describe, expect, it } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { RouterLink, RouterView } from 'vue-router'
import { mountApp, testRouter, withSetup } from '@/test/mount'
import { aboveTitle, pageTitle, useCrumbs, usePageTitle } from './page'

const component = defineComponent({
  setup() {
    const crumbs = useCrumbs()
    return () => crumbs.value.map((c) => (c.to ? h(RouterLink, { to: c.to }, () => c.text) : h('b', c.text)))
  },
})
const routes = [
  { path: '/list', name: 'list', component, meta: { title: 'kit.list.columns' } },
  { path: '/list/:id', name: 'one', component, meta: { title: 'kit.chart.name', parent: 'list' } },
  { path: '/list/:id/edit', name: 'edit', component, meta: { title: 'kit.save', parent: 'one' } },
]

describe('useCrumbs', () => {
  it('leads from the top to the page, through its parents', async () => {
    const router = await testRouter('/list/7/edit', routes)
    const wrapper = await mountApp(RouterView, { router })
    expect(wrapper.findAll('a').map((a) => [a.text(), a.attributes('href')])).toEqual([
      ['显示的列', '/list'],
      ['名称', '/list/7'],
    ])
    expect(wrapper.get('b').text()).toBe('保存')
  })
  it('names the record a page belongs to', async () => {
    const router = await testRouter('/list/7/edit', routes)
    const wrapper = await mountApp(RouterView, { router })
    aboveTitle.value = '张三'
    await wrapper.vm.$nextTick()
    expect(wrapper.findAll('a').map((x) => x.text())).toEqual(['显示的列', '张三'])
    expect(wrapper.get('b').text()).toBe('保存')
    aboveTitle.value = ''
  })
  it('ends with the page’s own name where it has one', async () => {
    const router = await testRouter('/list/7', routes)
    const wrapper = await mountApp(RouterView, { router })
    pageTitle.value = '张三'
    await wrapper.vm.$nextTick()
    expect(wrapper.get('b').text()).toBe('张三')
    pageTitle.value = ''
  })
})

describe('usePageTitle', () => {
  it('names the page, follows the name, and lets go', async () => {
    const name = ref<string>()
    const { wrapper } = await withSetup(() => usePageTitle(name))
    expect(pageTitle.value).toBe('')
    name.value = '张三'
    await wrapper.vm.$nextTick()
    expect(pageTitle.value).toBe('张三')
    wrapper.unmount()
    name.value = '李四'
    await Promise.resolve()
    expect(pageTitle.value).toBe('张三')
  })
})
