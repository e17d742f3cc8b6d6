import { beforeEach, describe, expect, it } from 'vitest'
import { hasText, setLang } from '@/i18n'
import { actions, placeText, stateName, states, stateTone, underWay } from './outages'

beforeEach(() => setLang('zh'))

describe('an outage', () => {
  it('is called by its place, and its number where it has one', () => {
    expect(placeText({ place_name: '东街台区', place_no: 'QH1201' })).toBe('东街台区 · QH1201')
    expect(placeText({ place_name: '东街台区', place_no: '' })).toBe('东街台区')
  })
  it('is under way until supply is back', () => {
    expect(states.filter((state) => underWay({ state }))).toEqual(['reported', 'dispatched', 'arrived'])
  })
  it.each(['zh', 'en'] as const)('has words for every state and step in %s', (lang) => {
    setLang(lang)
    for (const s of states) expect([stateName(s), stateTone[s]]).not.toContain(`outage.state_name.${s}`)
    for (const a of actions) expect([hasText(`outage.step.${a}`), hasText(`outage.step_text.${a}`), hasText(`outage.did.${a}`)]).toEqual([true, true, true])
  })
})
