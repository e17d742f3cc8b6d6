import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick, ref } from 'vue'
import { serve, withSetup, type Sent } from '@/test/mount'
import { useSuggestions } from './useSuggestions'

const PAUSE = 400
let sent: Sent[]
let answers: (() => Promise<never> | { status?: number; body?: unknown })[]
beforeEach(() => {
  vi.useFakeTimers()
  answers = []
  sent = serve(() => answers.shift()?.() ?? { body: { items: [{ id: 'a', title: '账单' }] } })
})
afterEach(() => vi.useRealTimers())

async function typing() {
  const text = ref('')
  const { result } = await withSetup(() => useSuggestions(() => text.value, () => 'o1'))
  const type = async (words: string, ms = PAUSE) => {
    text.value = words
    await nextTick()
    await vi.advanceTimersByTimeAsync(ms)
    await vi.waitFor(() => nextTick())
  }
  return { list: result, type }
}

describe('suggestions', () => {
  it('are asked for once the typing pauses, for the company of the case', async () => {
    const { list, type } = await typing()
    await type('账单看', 100)
    await type('账单看不懂', 100)
    expect(sent).toEqual([])
    await type('账单看不懂了')
    await vi.waitFor(() => expect(list.value.map((s) => s.id)).toEqual(['a']))
    expect(sent.map((s) => s.body)).toEqual([{ text: '账单看不懂了', org_id: 'o1' }])
  })
  it('are none for a few characters', async () => {
    const { list, type } = await typing()
    await type('停电')
    expect([sent.length, list.value.length]).toEqual([0, 0])
  })
  it('tell of what was typed last, and of no more than the server reads', async () => {
    const { type } = await typing()
    await type('头'.repeat(1000) + '尾'.repeat(4000))
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    expect((sent[0]!.body as { text: string }).text).toBe('尾'.repeat(4000))
  })
  it('are none when the server fails, and no word is lost on it', async () => {
    const { list, type } = await typing()
    answers = [() => ({ status: 500, body: { code: 'internal' } })]
    await type('账单看不懂')
    await vi.waitFor(() => expect(sent).toHaveLength(1))
    expect(list.value).toEqual([])
  })
})
