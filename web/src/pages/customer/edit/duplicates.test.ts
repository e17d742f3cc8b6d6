import { describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/problem'
import { tick } from '@/test/mount'
import { useDuplicates } from './duplicates'

const found = new Problem({ status: 409, code: 'customer.duplicates', params: { candidates: [{ id: 'c1', name: '王芳' }] } })
const refusing = () => vi.fn((confirmed: boolean) => (confirmed ? Promise.resolve('made') : Promise.reject(found)))

describe('useDuplicates', () => {
  it('shows the candidates and sends again when confirmed', async () => {
    const { question, guarded } = useDuplicates()
    const send = refusing()
    const result = guarded(send)
    await tick()
    expect(question.value?.candidates).toHaveLength(1)
    question.value?.answer(true)
    await expect(result).resolves.toBe('made')
    expect(send.mock.calls).toEqual([[false], [true]])
    expect(question.value).toBeNull()
  })
  it('fails with the server’s problem when not confirmed', async () => {
    const { question, guarded } = useDuplicates()
    const send = refusing()
    const result = guarded(send)
    await tick()
    question.value?.answer(false)
    await expect(result).rejects.toBe(found)
    expect(send).toHaveBeenCalledTimes(1)
  })
  it('lets other problems through', async () => {
    const { question, guarded } = useDuplicates()
    await expect(guarded(() => Promise.reject(new Problem({ status: 422, code: 'input.invalid' })))).rejects.toMatchObject({ status: 422 })
    expect(question.value).toBeNull()
  })
})
