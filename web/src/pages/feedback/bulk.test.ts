import { describe, expect, it } from 'vitest'
import { bulkFilter } from './bulk'
import { allCases, caseTabs } from './tabs'

describe('bulkFilter', () => {
  it('leaves the page out and gives lists, numbers and truths as such', () => {
    const query = { limit: '50', cursor: 'x', org_id: 'o', sort: '-received_at', state: 'registered,accepted', severity: '2', counted: 'true', q: '电压' }
    expect(bulkFilter(query, allCases)).toEqual({ sort: '-received_at', state: ['registered', 'accepted'], severity: 2, counted: true, q: '电压' })
  })

  it('keeps what the view asks for', () => {
    const tab = caseTabs.find((x) => x.key === 'registered')!
    expect(bulkFilter({ sort: 'due_at', type: 'complaint' }, tab)).toEqual({ sort: 'due_at', type: ['complaint'], state: ['registered'], open: true })
  })
})
