import { expect, it } from 'vitest'
import { nextPath, nextQuery } from './next'

it('leads back to our own paths only', () => {
  expect(nextPath({ query: { next: '/orgs?at=1' } })).toBe('/orgs?at=1')
  for (const next of ['//evil.example', '/\\evil.example', 'https://evil.example', '', null]) expect(nextPath({ query: { next } })).toBe('/')
})

it('keeps the address short where somebody wants to go home', () => {
  expect(nextQuery({ fullPath: '/' })).toEqual({})
  expect(nextQuery({ fullPath: '/orgs' })).toEqual({ next: '/orgs' })
})
