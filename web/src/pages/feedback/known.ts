// What is known of the variables of a standard answer where a case is at hand.
import { longDay } from '@/format/format'
import { me } from '@/session/session'
import type { Known } from '@/pages/knowledge/snippets'
import type { IntakeValues } from './intake/values'
import type { CaseDetail } from './types'

/** What a reader sees only in part is nothing to tell a customer. */
const whole = (text: string | undefined): string => (text?.includes('*') ? '' : (text ?? ''))

const ours = (org: string): Known => ({ agent_name: me.value?.name, company_name: me.value?.orgs.find((o) => o.id === org)?.name })

export const knownOf = (c: CaseDetail): Known => ({
  ...ours(c.org_id),
  customer_name: whole(c.customer_name) || whole(c.caller_name),
  address: whole(c.place),
  case_no: c.case_no,
  due_date: c.due_at ? longDay(c.due_at.slice(0, 10)) : '',
  reason: c.cause,
})

export const knownOfIntake = (v: Pick<IntakeValues, 'org_id' | 'caller_name' | 'place'>): Known => ({ ...ours(v.org_id), customer_name: whole(v.caller_name), address: whole(v.place) })
