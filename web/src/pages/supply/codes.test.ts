import { describe, expect, it } from 'vitest'
import served from '../../../../internal/domain/supply/code/codes.json'
import { codes, type CodeList } from './codes'

describe('code lists', () => {
  it('are those of the server, in its order', () => {
    const known: Record<string, { code: string }[]> = served
    for (const list of Object.keys(codes) as CodeList[]) {
      if (!known[list]) continue // part of another list
      expect(codes[list], list).toEqual(known[list].map((c) => c.code))
    }
  })
})
