import { expect, it } from 'vitest'
import { byModule } from './webhooks'

it('groups kinds by their module, in their order', () => {
  const kinds = ['case.close', 'case.create', 'webhook.test'].map((kind) => ({ kind, text: kind }))
  expect(byModule(kinds).map((g) => [g.module, g.kinds.length])).toEqual([
    ['case', 2],
    ['webhook', 1],
  ])
})
