import { expect, it } from 'vitest'
import { mountApp } from '@/test/mount'
import FindingTable from './FindingTable.vue'
import Steps from './Steps.vue'

const steps = ['a', 'b', 'c'].map((key) => ({ key, label: key }))

it('Steps leads back to those that are open', async () => {
  const wrapper = await mountApp(Steps, { props: { steps, current: 'b', open: ['a'], label: '步骤' } })
  const [a, b, c] = wrapper.findAll('button')
  expect(b!.attributes('aria-current')).toBe('step')
  expect(c!.attributes('disabled')).toBeDefined()
  await a!.trigger('click')
  expect(wrapper.emitted('go')).toEqual([['a']])
})

it('FindingTable tells row, column, outcome and remedy', async () => {
  const findings = [
    { row: 3, letter: 'B', place: '出生日期', bad: true, outcome: '不导入', text: '不是有效的日期。' },
    { bad: false, outcome: '提示', text: '整个文件。' },
  ]
  const wrapper = await mountApp(FindingTable, { props: { label: '问题', findings } })
  expect(wrapper.findAll('tbody tr').map((tr) => tr.findAll('td').map((td) => td.text()))).toEqual([
    ['3', 'B 出生日期', '不导入', '不是有效的日期。'],
    ['–', '–', '提示', '整个文件。'],
  ])
})
