// What the proposing form starts from, and what is sent of it.
import { api, unwrap } from '@/api/client'
import { fetchCustomer, settingsOrg } from '@/pages/customer/customers'
import { createInput, emptyValues, newContact, updateInput, valuesOf, type CustomerValues } from '@/pages/customer/edit/draft'
import type { CreateInput, Customer } from '@/pages/customer/types'
import { fetchReception } from '@/pages/reception/receptions'
import { fetchProposal, type ProposalDetail, type ProposalInput } from './proposals'

export interface ProposeValues extends CustomerValues {
  reason: string
}

export interface Start {
  /** The record as it was read; a proposal is what differs from it. */
  before: ProposeValues
  /** What the form begins with. */
  values: ProposeValues
  customer?: Customer
  /** What was sent back and is corrected. */
  proposal?: ProposalDetail
  visit?: string
}

export async function openDraft(of: { proposal: string; customer: string; visit: string }): Promise<Start> {
  const proposal = of.proposal ? (await fetchProposal(of.proposal)).data : undefined
  const id = of.customer || proposal?.customer_id
  if (id) return withInput(await ofCustomer(id), proposal)
  const before = { ...emptyValues(settingsOrg()), reason: '' }
  if (of.visit) return ofVisit(of.visit, before)
  return withInput({ before, values: before }, proposal)
}

async function ofCustomer(id: string): Promise<Start> {
  const [{ data: customer }, fields] = await Promise.all([fetchCustomer(id), unwrap(api.GET('/api/v1/customers/{id}/fields', { params: { path: { id } } }))])
  const before = { ...valuesOf(customer), fields: Object.fromEntries(fields.items.map((v) => [v.field.code, v.value])), reason: '' }
  return { before, values: before, customer }
}

/** What the register knows of the visitor, but for what is masked. */
async function ofVisit(id: string, before: ProposeValues): Promise<Start> {
  const { data: v } = await fetchReception(id)
  const plain = (text = '') => (text.includes('*') ? '' : text)
  const values = {
    ...before,
    org_id: v.org_id,
    name: plain(v.name),
    person: { ...before.person, employer: plain(v.employer) },
    contacts: [
      { ...newContact('phone', true), value: plain(v.phone) },
      { ...newContact('address'), value: plain(v.home_address) },
    ],
  }
  return { before: { ...before, org_id: v.org_id }, values, visit: id }
}

/** Lays what was typed before over the record. */
export function withInput(start: Start, proposal?: ProposalDetail): Start {
  const input = proposal?.input
  if (!input) return { ...start, proposal }
  const record = { ...(start.customer ?? { org_id: proposal.org_id, customer_no: '', classes: {} }), ...input.change, ...input.customer } as unknown as Customer
  // An entry typed without its value keeps the one on record.
  const known = <E extends { id?: string }>(all: E[] | null | undefined, was: E[] | null | undefined) => (all ?? []).map((x) => ({ ...was?.find((w) => w.id && w.id === x.id), ...x }))
  const contacts = known(record.contacts, start.customer?.contacts)
  const certificates = known(record.certificates, start.customer?.certificates)
  const fields = { ...start.before.fields, ...input.customer?.fields, ...input.fields }
  return { ...start, proposal, visit: input.reception_id, values: { ...valuesOf({ ...record, contacts, certificates, classes: { ...start.before.classes, ...record.classes } }), fields, reason: input.reason } }
}

export function inputOf(start: Start, values: ProposeValues, confirm_duplicates: boolean): ProposalInput {
  const reason = values.reason.trim()
  if (!start.customer) {
    const customer: CreateInput = { ...createInput(values), confirm_duplicates }
    return { org_id: values.org_id || undefined, customer, reception_id: start.visit || undefined, reason }
  }
  const { before } = start
  const fields = Object.fromEntries(Object.entries(values.fields).filter(([code, value]) => value !== (before.fields[code] ?? '')))
  return {
    customer_id: start.customer.id,
    customer_version: start.customer.version,
    change: { ...updateInput(before, values), confirm_duplicates },
    fields,
    reason,
  }
}
