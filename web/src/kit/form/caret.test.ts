import { describe, expect, it } from 'vitest'
import { insertAt, typeInto, useCaret } from './caret'

function field(value: string, start: number, end = start): HTMLTextAreaElement {
  const made = document.body.appendChild(document.createElement('textarea'))
  made.value = value
  made.setSelectionRange(start, end)
  return made
}

describe('writing for somebody', () => {
  it('puts a piece at the cursor, in the place of what is marked', () => {
    expect(insertAt('您好，', { start: 3, end: 3 }, '{name}')).toBe('您好，{name}')
    expect(insertAt('您好，客户', { start: 3, end: 5 }, '{name}')).toBe('您好，{name}')
  })
  it('is seen by the form, and the cursor stands behind it', async () => {
    const at = field('前后', 1)
    let told = ''
    at.addEventListener('input', () => (told = at.value))
    await typeInto(at, '中')
    expect([told, at.selectionStart, document.activeElement === at]).toEqual(['前中后', 2, true])
  })
  it('goes to the field the cursor stood in last, and nowhere before there was one', async () => {
    const { remember, insert } = useCaret()
    await insert('x')
    const [first, second] = [field('', 0), field('ab', 2)]
    for (const target of [first, second]) remember({ target } as unknown as FocusEvent)
    remember({ target: document.createElement('button') } as unknown as FocusEvent)
    await insert('c')
    expect([first.value, second.value]).toEqual(['', 'abc'])
  })
})
