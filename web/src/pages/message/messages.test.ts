import { expect, it } from 'vitest'
import { splitValues } from './messages'

it('reads lists with either comma', () => {
  expect(splitValues('0, ok，200 ,')).toEqual(['0', 'ok', '200'])
  expect(splitValues(' ')).toEqual([])
})
