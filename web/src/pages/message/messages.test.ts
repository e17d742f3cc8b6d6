import { expect, it } from 'vitest'
import { insertAt, splitValues } from './messages'

it('puts a variable at the cursor, in the place of what is marked', () => {
  expect(insertAt('您好，', { start: 3, end: 3 }, '{name}')).toBe('您好，{name}')
  expect(insertAt('您好，客户', { start: 3, end: 5 }, '{name}')).toBe('您好，{name}')
})

it('reads lists with either comma', () => {
  expect(splitValues('0, ok，200 ,')).toEqual(['0', 'ok', '200'])
  expect(splitValues(' ')).toEqual([])
})
