import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mountApp, serve, withSetup } from '@/test/mount'
import JobProgress from './JobProgress.vue'
import { jobById, useJob } from './useJob'

const realFetch = globalThis.fetch
beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => {
  vi.useRealTimers()
  globalThis.fetch = realFetch
})

const job = (state: string, progress: number, more: object = {}) => ({ body: { id: 'j', kind: 'k', state, progress, total: 10, ...more } })

describe('useJob', () => {
  it('asks until the job has ended, and no longer', async () => {
    const steps = [job('queued', 0), job('running', 4), job('done', 10)]
    const sent = serve(() => steps[Math.min(sent.length - 1, 2)]!)
    const ended = vi.fn()
    const { result } = await withSetup(() => useJob(jobById('j'), ended))
    await vi.waitFor(() => expect(result.job.value?.state).toBe('queued'))
    await vi.advanceTimersByTimeAsync(400)
    await vi.waitFor(() => expect(result.part.value).toBe(0.4))
    await vi.advanceTimersByTimeAsync(1000)
    await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce())
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sent).toHaveLength(3)
    expect(sent[0]!.path).toBe('/api/v1/jobs/j')
  })

  it('lives through a lost connection', async () => {
    const sent = serve(() => (sent.length === 1 ? Promise.reject(new TypeError('Failed to fetch')) : job('done', 10)))
    const { result } = await withSetup(() => useJob(jobById('j')))
    await vi.waitFor(() => expect(result.trouble.value?.code).toBe('network'))
    await vi.advanceTimersByTimeAsync(400)
    await vi.waitFor(() => expect(result.job.value?.state).toBe('done'))
    expect(result.trouble.value).toBeNull()
  })

  it('gives up on a job that is not there', async () => {
    const sent = serve(() => ({ status: 404, body: { code: 'record.not_found' } }))
    const { result } = await withSetup(() => useJob(jobById('j')))
    await vi.waitFor(() => expect(result.trouble.value?.status).toBe(404))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sent).toHaveLength(1)
  })

  it('stops with its page', async () => {
    const sent = serve(() => job('running', 1))
    const { result, wrapper } = await withSetup(() => useJob(jobById('j')))
    await vi.waitFor(() => expect(result.job.value).not.toBeNull())
    wrapper.unmount()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(sent).toHaveLength(1)
  })
})

describe('JobProgress', () => {
  it('shows the part done, then the slot for the end', async () => {
    const steps = [job('running', 4, { note: '读取文件' }), job('done', 10)]
    const sent = serve(() => steps[Math.min(sent.length - 1, 1)]!)
    const wrapper = await mountApp(JobProgress, { props: { id: 'j', label: '导入' }, slots: { done: '<b>完</b>' } })
    await vi.waitFor(() => expect(wrapper.text()).toContain('4 / 10'))
    expect(wrapper.get('progress').attributes('value')).toBe('0.4')
    expect(wrapper.get('[role=status]').text()).toBe('读取文件')
    await vi.advanceTimersByTimeAsync(1000)
    await vi.waitFor(() => expect(wrapper.find('b').exists()).toBe(true))
    expect(wrapper.emitted('done')).toHaveLength(1)
    expect(wrapper.find('progress').exists()).toBe(false)
  })

  it('can be cancelled', async () => {
    const sent = serve((r) => (r.method === 'POST' ? job('cancelled', 1) : job('running', 1)))
    const wrapper = await mountApp(JobProgress, { props: { id: 'j', label: '导入', cancellable: true } })
    await vi.waitFor(() => expect(wrapper.find('button').exists()).toBe(true))
    await wrapper.get('button').trigger('click')
    await vi.waitFor(() => expect(sent.some((s) => s.method === 'POST' && s.path === '/api/v1/jobs/j/cancel')).toBe(true))
  })
})
