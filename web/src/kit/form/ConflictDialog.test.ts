import { describe, expect, it } from 'vitest'
import { mountApp } from '@/test/mount'
import ConflictDialog from './ConflictDialog.vue'

const difference = (name: string, contested: boolean) => ({ name, before: 'alt', mine: 'mein', theirs: ['a', 'b'], contested })

describe('ConflictDialog', () => {
  it('demands a choice for every contested field and hands it over', async () => {
    const conflict = { differences: [difference('x', true), difference('y', true)], theirs: {}, etag: '' }
    const wrapper = await mountApp(ConflictDialog, { props: { conflict, label: (n: string) => n.toUpperCase() } })
    const buttons = () => [...document.querySelectorAll<HTMLButtonElement>('.el-dialog__footer button')]
    expect(document.querySelectorAll('legend')[1]!.textContent).toBe('Y')
    expect(document.body.textContent).toContain('a、b')
    expect(buttons()[1]!.disabled).toBe(true)
    const radios = [...document.querySelectorAll<HTMLInputElement>('input[type=radio]')]
    for (const i of [0, 3]) {
      radios[i]!.checked = true
      radios[i]!.dispatchEvent(new Event('change'))
    }
    await wrapper.vm.$nextTick()
    expect(buttons()[1]!.disabled).toBe(false)
    buttons()[1]!.click()
    expect(wrapper.emitted('resolve')).toEqual([[{ x: 'mein', y: ['a', 'b'] }]])
  })

  it('lists what is taken over without a question', async () => {
    const conflict = { differences: [difference('x', false)], theirs: {}, etag: '' }
    await mountApp(ConflictDialog, { props: { conflict, label: (n: string) => n, show: () => 'gezeigt' } })
    expect(document.querySelector('table')!.textContent).toContain('gezeigt')
    expect(document.querySelectorAll('input[type=radio]')).toHaveLength(0)
  })
})
