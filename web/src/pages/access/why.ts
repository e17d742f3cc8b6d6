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
} as const
export type RecordKind = keyof typeof deeds

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
