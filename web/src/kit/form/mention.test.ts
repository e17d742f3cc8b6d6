import { describe, expect, it } from 'vitest'
import { mentionedIn } from './mention'

const people = [
  { id: '1', name: '张三' },
  { id: '2', name: '张三丰' },
  { id: '3', name: '李四' },
]

describe('mentionedIn', () => {
  it('finds each name after an @ once, the longest of those that begin alike', () => {
    expect(mentionedIn('@张三丰 请看，@李四 也看，@李四', people)).toEqual(['2', '3'])
    expect(mentionedIn('请@张三看', people)).toEqual(['1'])
  })

  it('leaves names without an @ and unknown ones alone', () => {
    expect(mentionedIn('张三、@王五、a@b', people)).toEqual([])
  })
})
