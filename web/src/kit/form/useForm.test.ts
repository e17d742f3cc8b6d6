import { afterEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '@/api/problem'
import { testRouter, tick, withSetup } from '@/test/mount'
import { asked } from '../feedback/confirm'
import { compare } from './conflict'
import { useForm, type FormOptions } from './useForm'

interface Values {
  name: string
  phone: string
  contacts: { phone: string }[]
}
const initial: Values = { name: '张三', phone: '1', contacts: [{ phone: '2' }] }

async function open(save: FormOptions<Values, string>['save'], more: Partial<FormOptions<Values, string>> = {}) {
  const router = await testRouter('/form')
  const { result: form, wrapper } = await withSetup(() => useForm<Values, string>({ initial, save, ...more }), router)
  return { form, router, wrapper }
}
const refused = (fields: { name: string; code: string }[]) => new Problem({ status: 422, code: 'input.invalid', fields })

afterEach(() => asked.value?.answer(false))

describe('useForm', () => {
  it('sends a copy and counts as unchanged afterwards', async () => {
    const save = vi.fn(async () => 'ok')
    const saved = vi.fn()
    const { form } = await open(save, { saved, etag: '"1"' })
    expect(form.dirty).toBe(false)
    form.values.name = '李四'
    expect(form.dirty).toBe(true)
    await form.submit()
    expect(save).toHaveBeenCalledWith({ ...initial, name: '李四' }, { etag: '"1"', key: expect.stringMatching(/^[0-9a-f]{32}$/) })
    expect(saved).toHaveBeenCalledWith('ok')
    expect([form.dirty, form.saving]).toEqual([false, false])
  })

  it('does not send twice at once', async () => {
    let finish: (v: string) => void = () => undefined
    const save = vi.fn(() => new Promise<string>((resolve) => (finish = resolve)))
    const { form } = await open(save)
    const first = form.submit()
    await form.submit()
    finish('ok')
    await first
    expect(save).toHaveBeenCalledOnce()
  })

  it('puts errors at their fields and clears those that are edited', async () => {
    const { form } = await open(async () => {
      throw refused([{ name: 'name', code: 'a.b' }, { name: 'contacts[0].phone', code: 'c.d' }, { name: 'phone', code: 'e.f' }])
    })
    await form.submit()
    expect(Object.keys(form.errors)).toEqual(['name', 'contacts[0].phone', 'phone'])
    form.values.contacts[0]!.phone = '3'
    form.values.name = '王'
    await tick()
    expect(Object.keys(form.errors)).toEqual(['phone'])
    expect(form.problem?.code).toBe('input.invalid')
  })

  it('keeps the idempotency key for the same body and changes it with the body', async () => {
    const keys: string[] = []
    let broken = true
    const { form } = await open(async (_, { key }) => {
      keys.push(key)
      if (broken) throw new Problem({ code: 'network' })
      return 'ok'
    })
    await form.submit()
    await form.submit()
    form.values.name = 'x'
    broken = false
    await form.submit()
    await form.submit()
    expect(keys[0]).toBe(keys[1])
    expect(new Set(keys).size).toBe(3)
  })

  it('takes loaded values as unchanged', async () => {
    const { form } = await open(async () => 'ok')
    form.settle({ ...initial, name: '王五' }, '"5"')
    expect([form.values.name, form.etag, form.dirty]).toEqual(['王五', '"5"', false])
  })
})

describe('a conflict', () => {
  const theirs = { ...initial, name: '别人', phone: '999' }

  it('shows what they changed and merges what I chose', async () => {
    const save = vi.fn<FormOptions<Values, string>['save']>(async (_, { etag }) => {
      if (etag !== '"2"') throw new Problem({ status: 412, code: 'record.stale' })
      return 'ok'
    })
    const { form } = await open(save, { etag: '"1"', reload: async () => ({ values: theirs, etag: '"2"' }) })
    form.values.name = '我的'
    await form.submit()
    expect(form.conflict?.differences.map((d) => [d.name, d.contested])).toEqual([
      ['name', true],
      ['phone', false],
    ])
    await form.resolve({ name: '我的' })
    expect(save).toHaveBeenLastCalledWith({ ...initial, name: '我的', phone: '999' }, expect.objectContaining({ etag: '"2"' }))
    expect([form.conflict, form.dirty]).toEqual([null, false])
  })

  it('is an ordinary problem where the record cannot be read again', async () => {
    const { form } = await open(async () => {
      throw new Problem({ status: 412, code: 'record.stale' })
    })
    await form.submit()
    expect([form.conflict, form.problem?.code]).toEqual([null, 'record.stale'])
  })
})

describe('compare', () => {
  it('calls a field contested only if both sides changed it, differently', () => {
    const before = { a: 1, b: 1, c: 1, d: null }
    const mine = { a: 2, b: 1, c: 3, d: '' }
    const now = { a: 3, b: 2, c: 3, d: null }
    expect(compare(before, mine, now).map((d) => [d.name, d.contested])).toEqual([
      ['a', true],
      ['b', false],
      ['c', false],
    ])
  })
  it('treats a missing value as null', () => expect(compare({ a: undefined }, { a: 1 }, { a: null })).toEqual([]))
})

describe('leaving', () => {
  it('warns the browser only while there are changes', async () => {
    const { form } = await open(async () => 'ok')
    const leave = () => {
      const event = new Event('beforeunload', { cancelable: true })
      window.dispatchEvent(event)
      return event.defaultPrevented
    }
    expect(leave()).toBe(false)
    form.values.name = 'x'
    expect(leave()).toBe(true)
  })
})
