import { ShieldQuestion } from '@lucide/vue'
import { shallowRef } from 'vue'
import { t } from '@/i18n'
import type { MenuItem } from '@/kit'
import { may } from '@/session/session'

/** What can be done with records of a kind, as far as it is worth asking why. */
export const deeds = {
  customer: ['customer.list', 'customer.get', 'customer.reveal', 'customer.history', 'customer.update', 'customer.note', 'customer.log', 'customer.attach', 'customer.merge', 'customer.close', 'customer.export'],
  reception: ['reception.list', 'reception.get', 'reception.update', 'reception.log', 'reception.link', 'reception.check'],
  account: ['supply.list', 'supply.get', 'supply.trace', 'supply.consumption', 'supply.update', 'supply.remove', 'supply.print', 'supply.export'],
  supply: ['supply.list', 'supply.get', 'supply.trace', 'supply.update', 'supply.remove', 'supply.export'],
  survey: ['survey.list', 'survey.get', 'survey.responses', 'survey.update', 'survey.import', 'survey.delete'],
  estimation: ['satisfaction.list', 'satisfaction.get', 'satisfaction.report', 'satisfaction.xlsx', 'satisfaction.delete'],
  model: ['satisfaction.models', 'satisfaction.model', 'satisfaction.model_copy', 'satisfaction.model_update', 'satisfaction.model_delete'],
  case: ['feedback.list', 'feedback.get', 'feedback.update', 'feedback.dispatch', 'feedback.accept', 'feedback.resolve', 'feedback.verdict', 'feedback.supervise'],
  promise: ['promise.list', 'promise.get', 'promise.create', 'promise.approve', 'promise.keep', 'promise.assign', 'promise.withdraw', 'promise.figures'],
  incident: ['incident.list', 'incident.get', 'incident.report', 'incident.conclude', 'incident.plan', 'incident.keep', 'incident.close', 'incident.person', 'incident.figures'],
  proposal: ['proposal.list', 'proposal.get', 'proposal.endorse', 'proposal.decide'],
  lookup: ['lookup.get', 'lookup.list', 'lookup.decide', 'lookup.review', 'lookup.looks', 'lookup.end'],
  privacy: ['privacy.list', 'privacy.get', 'privacy.verify', 'privacy.export', 'privacy.erase', 'privacy.confirm', 'privacy.finish', 'privacy.refuse'],
  import: ['import.list', 'import.get', 'import.problems', 'import.map', 'import.run', 'import.cancel', 'import.revert'],
  audit: ['audit.list', 'audit.open', 'audit.export'],
  user: ['access.list', 'access.get', 'access.update', 'access.rescue', 'access.links'],
  provider: ['access.providers', 'access.update_provider', 'access.remove_provider', 'access.test_provider'],
  org: ['org.list', 'org.create', 'org.rename'],
} as const
export type RecordKind = keyof typeof deeds

const found = ['customer', 'reception', 'account', 'case', 'survey', 'estimation'] as const
type Found = (typeof found)[number]
const isFound = (kind: RecordKind): kind is Found => (found as readonly RecordKind[]).includes(kind)

/** How the server is told where a record is: it finds some itself, of the others the company is named. */
export const placeOf = ({ kind, id, org_id }: Asked) => (isFound(kind) ? { object_type: kind, object_id: id } : { org_id })

/** Kinds of which somebody sees his own, whatever he holds beside the right to open them. */
export const own: readonly RecordKind[] = ['proposal', 'lookup']

/** A record that somebody asks about: its kind, itself, where it is, and its name for the reader. */
export interface Asked {
  kind: RecordKind
  id: string
  org_id: string
  title: string
}

/** The record whose dialog is open. */
export const asked = shallowRef<Asked | null>(null)

/** The entry of a record's menu, for those who may ask. */
export function whyItems(record: Asked): MenuItem[] {
  return may('access.explain') ? [{ label: t('access.why'), icon: ShieldQuestion, run: () => (asked.value = record), group: '' }] : []
}
