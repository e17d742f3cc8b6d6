import { ElInput } from 'element-plus'
import { describe, expect, it } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { Problem } from '@/api/problem'
import { mountApp, testRouter, tick } from '@/test/mount'
import { asked } from '../feedback/confirm'
import FormField from './FormField.vue'
import FormView from './FormView.vue'
import { useForm } from './useForm'

async function show(fields: { name: string; code: string }[]) {
  const withHint = ref(true)
  const Host = defineComponent({
    setup() {
      const form = useForm({
        initial: { name: '', secret: '' },
        save: async () => {
          if (fields.length) throw new Problem({ status: 422, code: 'input.invalid', fields })
          return 1
        },
      })
      const input = ({ id }: { id: string }) => h(ElInput, { id, modelValue: form.values.name, 'onUpdate:modelValue': (v: string) => (form.values.name = v) })
      return () =>
        h(FormView as never, { form, labels: { secret: 'kit.chart.value' } }, () =>
          h(FormField as never, { name: 'name', label: '名称', required: true, hint: withHint.value ? '写全称' : undefined }, input),
        )
    },
  })
  const router = await testRouter('/form', [{ path: '/form', component: Host }])
  const App = defineComponent({ template: '<router-view />' })
  return { wrapper: await mountApp(App, { router }), router, withHint }
}

describe('FormView', () => {
  it('ties label, hint and error to the input', async () => {
    const { wrapper } = await show([{ name: 'name', code: 'odd.code' }])
    await tick()
    const input = wrapper.get('input')
    expect(wrapper.get('label').attributes('for')).toBe(input.attributes('id'))
    expect(input.element.getAttribute('aria-required')).toBe('true')
    await wrapper.get('form').trigger('submit')
    await tick(20)
    expect(input.element.getAttribute('aria-invalid')).toBe('true')
    const notes = input.element.getAttribute('aria-describedby')!.split(' ').map((id) => document.getElementById(id)?.textContent)
    expect(notes[0]).toBe('写全称')
    expect(notes[1]).toMatch('odd.code')
    expect(document.activeElement).toBe(input.element)
  })

  it('is sent by Ctrl+Enter from anywhere in it', async () => {
    const { wrapper } = await show([{ name: 'name', code: 'odd.code' }])
    await wrapper.get('input').trigger('keydown', { key: 'Enter', ctrlKey: true })
    await tick(20)
    expect(wrapper.find('[role=alert]').exists()).toBe(true)
  })

  it('names an error of a field that is not on the form', async () => {
    const { wrapper } = await show([{ name: 'secret', code: 'odd.code' }])
    await wrapper.get('form').trigger('submit')
    await tick(20)
    expect(wrapper.get('[role=alert]').text()).toMatch(/数值: .*odd\.code/)
  })

  it('holds a person back who would lose changes, and lets go on request', async () => {
    const { wrapper, router } = await show([])
    await wrapper.get('input').setValue('x')
    const blocked = router.push('/elsewhere')
    await tick()
    asked.value!.answer(false)
    await blocked
    expect(router.currentRoute.value.path).toBe('/form')
    const left = router.push('/elsewhere')
    await tick()
    asked.value!.answer(true)
    await left
    expect(router.currentRoute.value.path).toBe('/elsewhere')
  })
})
