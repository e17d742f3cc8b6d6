import { describe, expect, it, vi } from 'vitest'
import { h } from 'vue'
import { mountApp, testRouter, tick } from '@/test/mount'
import MenuButton from './MenuButton.vue'

async function show() {
  const run = vi.fn()
  const router = await testRouter('/')
  const items = [
    { label: '编辑', run },
    { label: '打开', to: '/open' },
    { label: '浅色', checked: true, run, group: '外观' },
  ]
  const wrapper = await mountApp(MenuButton, {
    router,
    props: { label: '操作', items },
    slots: { default: ({ toggle, attrs }: { toggle: () => void; attrs: object }) => h('button', { ...attrs, class: 'trigger', onClick: toggle }, '…') },
  })
  const press = (key: string, shiftKey = false) =>
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true, cancelable: true }))
  return { wrapper, run, router, press, trigger: () => wrapper.get('.trigger') }
}
const menu = () => document.querySelector('[role=menu]')
const at = () => document.activeElement?.textContent?.trim()

describe('MenuButton', () => {
  it('opens on its first item, walks round, and gives the focus back', async () => {
    const { trigger, press } = await show()
    expect(trigger().attributes('aria-expanded')).toBe('false')
    await trigger().trigger('click')
    await tick()
    expect(trigger().attributes('aria-expanded')).toBe('true')
    expect(at()).toBe('编辑')
    press('ArrowUp')
    expect(at()).toBe('浅色')
    press('ArrowDown')
    expect(at()).toBe('编辑')
    press('End')
    expect(at()).toBe('浅色')
    press('打')
    expect(at()).toBe('打开')
    press('Escape')
    await tick()
    expect(menu()).toBeNull()
    expect(document.activeElement).toBe(trigger().element)
  })

  it('keeps Tab inside', async () => {
    const { trigger, press } = await show()
    await trigger().trigger('click')
    await tick()
    press('Tab', true)
    expect(at()).toBe('浅色')
    press('Tab')
    expect(at()).toBe('编辑')
  })

  it('does what is chosen, or goes there', async () => {
    const { trigger, run, router } = await show()
    await trigger().trigger('click')
    await tick()
    document.querySelectorAll<HTMLElement>('[role=menuitem]')[0]!.click()
    expect(run).toHaveBeenCalledOnce()
    await trigger().trigger('click')
    await tick()
    document.querySelectorAll<HTMLElement>('[role=menuitem]')[1]!.click()
    await tick()
    expect(router.currentRoute.value.path).toBe('/open')
  })

  it('marks the chosen one of a choice', async () => {
    const { trigger } = await show()
    await trigger().trigger('click')
    await tick()
    expect(document.querySelector('[role=menuitemradio]')!.getAttribute('aria-checked')).toBe('true')
    expect(menu()!.textContent).toContain('外观')
  })

  it('closes on a press outside', async () => {
    const { trigger } = await show()
    await trigger().trigger('click')
    await tick()
    document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }))
    await tick()
    expect(menu()).toBeNull()
  })
})
