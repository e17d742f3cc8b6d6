import { ElInput } from 'element-plus'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { setLang } from '@/i18n'
import { mountApp, tick } from '@/test/mount'
import { asked } from '../feedback/confirm'
import FormView from '../form/FormView.vue'
import { useForm } from '../form/useForm'
import Dialog from './Dialog.vue'

beforeAll(() => setLang('zh', false))
afterEach(() => asked.value?.answer(false))

async function show(noGuard = false) {
  const closed = vi.fn()
  const Page = defineComponent(() => {
    const form = useForm({ initial: { note: '' }, save: (v) => Promise.resolve(v), noGuard })
    const field = () => h(ElInput, { modelValue: form.values.note, class: 'note', 'onUpdate:modelValue': (v: string) => (form.values.note = v) })
    return () => h(Dialog, { title: '备注', onClose: closed }, () => h(FormView as never, { form, cancellable: true, onCancel: closed }, { default: field }))
  })
  await mountApp(Page)
  await tick()
  const type = async (text: string) => {
    const input = document.querySelector<HTMLInputElement>('.note input')!
    input.value = text
    input.dispatchEvent(new Event('input'))
    await tick()
  }
  const press = async (selector: string) => {
    document.querySelector<HTMLElement>(selector)!.click()
    await tick()
  }
  return { closed, type, press }
}
const CANCEL = '.el-dialog form .el-button'

describe('Dialog', () => {
  it('asks before typed text is lost, by its cross and by cancel', async () => {
    const { closed, type, press } = await show()
    await type('写了很久')
    await press('.el-dialog__headerbtn')
    expect(asked.value?.title).toBe('放弃未保存的修改？')
    asked.value?.answer(false)
    await tick()
    expect(closed).not.toHaveBeenCalled()
    await press(CANCEL)
    asked.value?.answer(true)
    await tick()
    expect(closed).toHaveBeenCalledOnce()
  })
  it('closes at once when nothing was typed, or nothing of worth', async () => {
    const untouched = await show()
    await untouched.press(CANCEL)
    expect(untouched.closed).toHaveBeenCalledOnce()
    document.body.innerHTML = ''
    const worthless = await show(true)
    await worthless.type('xlsx')
    await worthless.press(CANCEL)
    expect(worthless.closed).toHaveBeenCalledOnce()
  })
})
