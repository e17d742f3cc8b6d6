import { expect, it } from 'vitest'
import { forgetWhole, noteWhole } from './whole'

it('a page that shows personal data whole is marked until the next', () => {
  noteWhole(new Response('{}'))
  expect(document.body.dataset.whole).toBeUndefined()
  noteWhole(new Response('{}', { headers: { 'Personal-Data': 'whole' } }))
  expect(document.body.dataset.whole).toBeTruthy()
  forgetWhole()
  expect(document.body.dataset.whole).toBeUndefined()
})
