import { afterEach, describe, expect, it } from 'vitest'
import { watch } from 'vue'
import { dark, setTheme } from './theme'

const shown = () => document.documentElement.dataset.theme
afterEach(() => setTheme('light'))

describe('theme', () => {
  it('is applied and remembered', () => {
    setTheme('dark')
    expect([dark.value, shown(), localStorage.getItem('zhiyin.theme')]).toEqual([true, 'dark', 'dark'])
    setTheme('light')
    expect([dark.value, shown()]).toEqual([false, 'light'])
  })
  it('has changed the tokens before anyone hears of it', () => {
    const heard: (string | undefined)[] = []
    const stop = watch(dark, () => heard.push(shown()), { flush: 'sync' })
    setTheme('dark')
    setTheme('light')
    stop()
    expect(heard).toEqual(['dark', 'light'])
  })
  it('prints light and comes back', () => {
    setTheme('dark')
    window.dispatchEvent(new Event('beforeprint'))
    expect([dark.value, shown()]).toEqual([false, 'light'])
    window.dispatchEvent(new Event('afterprint'))
    expect([dark.value, shown()]).toEqual([true, 'dark'])
  })
})
