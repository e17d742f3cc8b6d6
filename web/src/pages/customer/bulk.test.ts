import { describe, expect, it } from 'vitest'
import { serve } from '@/test/mount'
import { classifyAll, formerClasses, tagAll, untag } from './bulk'

const rows = [
  { id: 'a', tags: ['重点'], classes: { relation: 'long_term' } },
  { id: 'b', tags: null, classes: { relation: 'new' } },
  { id: 'c', tags: ['重点', '老旧'], classes: { relation: 'potential' } },
]

describe('untag', () => {
  it('takes back only what the tagging changed', () => {
    expect(untag(rows, ['重点'], ['老旧'])).toEqual([
      { ids: ['b'], add: [], remove: ['重点'] },
      { ids: ['c'], add: ['老旧'], remove: [] },
    ])
  })
  it('has nothing to do where nothing changed', () => expect(untag(rows, [], ['没有'])).toEqual([]))
})

describe('formerClasses', () => {
  it('groups by the class there was and leaves out those who had the new one', () => {
    expect([...formerClasses(rows, 'relation', 'potential')]).toEqual([
      ['long_term', ['a']],
      ['new', ['b']],
    ])
  })
})

describe('undo', () => {
  it('of a tagging sends the opposite to the right customers', async () => {
    const sent = serve(() => ({ body: { changed: 1 } }))
    const { undo } = await tagAll(rows, ['重点'], [])
    await undo()
    expect(sent.map((s) => s.body)).toEqual([
      { ids: ['a', 'b', 'c'], add: ['重点'], remove: [] },
      { ids: ['b'], add: [], remove: ['重点'] },
    ])
  })
  it('of a classification gives each his class again', async () => {
    const sent = serve(() => ({ body: { changed: 2 } }))
    const { changed, undo } = await classifyAll(rows, 'relation', 'potential')
    await undo()
    expect(changed).toBe(2)
    expect(sent.slice(1).map((s) => s.body)).toEqual([
      { ids: ['a'], scheme: 'relation', class: 'long_term' },
      { ids: ['b'], scheme: 'relation', class: 'new' },
    ])
  })
})
