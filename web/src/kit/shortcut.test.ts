import { afterEach, describe, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { keyCaps, press, shortcuts, singleKeys, useShortcut, works } from './shortcut'

const scopes: { stop: () => void }[] = []
function register(keys: string) {
  const run = vi.fn()
  const scope = effectScope()
  scope.run(() => useShortcut(keys, 'x', run))
  scopes.push(scope)
  return { run, scope }
}
const key = (name: string, init: KeyboardEventInit = {}, target: HTMLElement = document.body) => {
  const event = new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...init })
  target.dispatchEvent(event)
  Object.defineProperty(event, 'target', { value: target })
  return press(event)
}

afterEach(() => {
  scopes.splice(0).forEach((s) => s.stop())
  singleKeys.value = true
  key('Escape')
})

describe('shortcuts', () => {
  it('run on Ctrl and on ⌘, even while typing', () => {
    const { run } = register('mod+k')
    const input = document.body.appendChild(document.createElement('input'))
    expect(key('k', { ctrlKey: true }, input)).toBe(true)
    expect(key('K', { metaKey: true })).toBe(true)
    expect(run).toHaveBeenCalledTimes(2)
  })
  it('without Ctrl stay silent in fields, under a dialog and when turned off', () => {
    const { run } = register('/')
    const input = document.body.appendChild(document.createElement('input'))
    expect(key('/', {}, input)).toBe(false)
    const dialog = document.body.appendChild(document.createElement('div'))
    dialog.setAttribute('aria-modal', 'true')
    expect(key('/')).toBe(false)
    dialog.remove()
    singleKeys.value = false
    expect(key('/')).toBe(false)
    expect(run).not.toHaveBeenCalled()
  })
  it('understand sequences', () => {
    const { run } = register('g c')
    key('g')
    expect(key('c')).toBe(true)
    expect(run).toHaveBeenCalledOnce()
    expect(key('c')).toBe(false)
  })
  it('give way to the youngest and leave with their component', () => {
    const old = register('/')
    const young = register('/')
    key('/')
    young.scope.stop()
    key('/')
    expect([young.run.mock.calls.length, old.run.mock.calls.length]).toEqual([1, 1])
    old.scope.stop()
    expect(shortcuts).toHaveLength(0)
  })
  it('are shown as key caps', () => {
    expect(keyCaps('mod+k')).toEqual(['Ctrl', 'K'])
    expect(keyCaps('g c')).toEqual(['G', 'C'])
  })

  it('that do nothing now are neither told nor taken', () => {
    const older = register('z')
    let able = false
    const run = vi.fn()
    const scope = effectScope()
    scope.run(() => useShortcut('z', 'y', run, { when: () => able }))
    scopes.push(scope)
    key('z')
    expect([older.run.mock.calls.length, run.mock.calls.length, shortcuts.filter(works).length]).toEqual([1, 0, 1])
    able = true
    key('z')
    expect([older.run.mock.calls.length, run.mock.calls.length, shortcuts.filter(works).length]).toEqual([1, 1, 2])
  })
})
