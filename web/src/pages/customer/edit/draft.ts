// What the form of a customer holds, and what of it is sent. Pure.
import type { Certificate, CertificateInput, Contact, ContactInput, CreateInput, Customer, CustomerKind, UpdateInput } from '../types'

export interface ContactValues {
  id?: string
  kind: Contact['kind']
  value: string
  label: string
  person: string
  primary: boolean
}

export interface CertificateValues {
  id?: string
  kind: Certificate['kind']
  number: string
  valid_until: string
  /** Why a number that fails its check is kept; absent: it is not. */
  override?: { reason: string; proof: string; proof_id?: string }
}

export interface CustomerValues {
  org_id: string
  kind: CustomerKind
  customer_no: string
  name: string
  industry: string
  unit_id: string
  manager_id: string
  person: { sex: '' | 'male' | 'female'; birth_date: string; occupation: string; employer: string }
  organisation: {
    legal_representative: string
    established_on: string
    /** Registered capital, as people write it; sent in fen. */
    capital_yuan?: number
    employees?: number
    website: string
    business_scope: string
  }
  contacts: ContactValues[]
  certificates: CertificateValues[]
  classes: Record<string, string>
  tags: string[]
  fields: Record<string, string>
}

export const newContact = (kind: Contact['kind'] = 'phone', primary = false): ContactValues => ({ kind, value: '', label: '', person: '', primary })
export const newCertificate = (kind: CustomerKind): CertificateValues => ({ kind: kind === 'person' ? 'resident_id' : 'uscc', number: '', valid_until: '' })

export const emptyValues = (org_id: string): CustomerValues => ({
  org_id,
  kind: 'person',
  customer_no: '',
  name: '',
  industry: '',
  unit_id: '',
  manager_id: '',
  person: { sex: '', birth_date: '', occupation: '', employer: '' },
  organisation: { legal_representative: '', established_on: '', website: '', business_scope: '' },
  contacts: [newContact('phone', true)],
  certificates: [],
  classes: {},
  tags: [],
  fields: {},
})

/** The form's values of a customer on record. Company-defined fields are changed on their own. */
export function valuesOf(c: Customer): CustomerValues {
  const empty = emptyValues(c.org_id)
  const { registered_capital_fen: fen, ...organisation } = c.organisation ?? {}
  return {
    ...empty,
    kind: c.kind,
    customer_no: c.customer_no,
    name: c.name,
    industry: c.industry ?? '',
    unit_id: c.unit_id ?? '',
    manager_id: c.manager_id ?? '',
    person: { ...empty.person, ...c.person },
    organisation: { ...empty.organisation, ...organisation, ...(fen && { capital_yuan: fen / 100 }) },
    contacts: (c.contacts ?? []).map((x) => ({ ...x, label: x.label ?? '', person: x.person ?? '', primary: x.primary ?? false })),
    certificates: (c.certificates ?? []).map((x) => ({
      ...x,
      valid_until: x.valid_until ?? '',
      override: x.override && { reason: x.override.reason, proof: x.override.proof ?? '', proof_id: x.override.proof_id },
    })),
    classes: { ...c.classes },
    tags: [...(c.tags ?? [])],
  }
}

/** The object without what is empty. */
const filled = <T extends object>(o: T): Partial<T> =>
  Object.fromEntries(Object.entries(o).filter(([, v]) => v !== '' && v != null)) as Partial<T>

const contactInput = (c: ContactValues): ContactInput => ({ ...filled({ ...c, value: c.value.trim() }), kind: c.kind, primary: c.primary })
const certificateInput = (c: CertificateValues): CertificateInput => {
  const { override, ...rest } = c
  return { ...filled({ ...rest, number: c.number.trim() }), kind: c.kind, ...(override && { override: filled(override) as CertificateInput['override'] }) }
}
const personInput = (v: CustomerValues) => filled(v.person) as CreateInput['person']
const organisationInput = ({ organisation: { capital_yuan, ...rest } }: CustomerValues) =>
  filled({ ...rest, registered_capital_fen: capital_yuan ? Math.round(capital_yuan * 100) : undefined }) as CreateInput['organisation']

export function createInput(v: CustomerValues): CreateInput {
  const { org_id, kind, customer_no, unit_id, manager_id, industry } = v
  return {
    ...filled({ org_id, customer_no: customer_no.trim(), unit_id, manager_id, industry: industry.trim() }),
    kind,
    name: v.name.trim(),
    ...(kind === 'person' ? { person: personInput(v) } : { organisation: organisationInput(v) }),
    // A row nobody wrote into is not meant.
    contacts: v.contacts.filter((c) => c.value.trim() || c.label || c.person).map(contactInput),
    certificates: v.certificates.map(certificateInput),
    classes: filled(v.classes) as Record<string, string>,
    tags: v.tags,
    fields: filled(v.fields) as Record<string, string>,
  }
}

const inputs: { [K in keyof CustomerValues]?: (v: CustomerValues) => UpdateInput } = {
  customer_no: (v) => ({ customer_no: v.customer_no.trim() }),
  kind: (v) => ({ kind: v.kind }),
  name: (v) => ({ name: v.name.trim() }),
  industry: (v) => ({ industry: v.industry.trim() }),
  unit_id: (v) => ({ unit_id: v.unit_id }),
  manager_id: (v) => ({ manager_id: v.manager_id }),
  person: (v) => (v.kind === 'person' ? { person: personInput(v) } : {}),
  organisation: (v) => (v.kind === 'organisation' ? { organisation: organisationInput(v) } : {}),
  contacts: (v) => ({ contacts: v.contacts.map(contactInput) }),
  certificates: (v) => ({ certificates: v.certificates.map(certificateInput) }),
  classes: (v) => ({ classes: filled(v.classes) as Record<string, string> }),
  tags: (v) => ({ tags: v.tags }),
}

/** What is sent of a change: only what differs, so that masked values nobody touched stay on the server. */
export function updateInput(before: CustomerValues, after: CustomerValues): UpdateInput {
  const changed = (Object.keys(inputs) as (keyof CustomerValues)[]).filter((k) => JSON.stringify(before[k]) !== JSON.stringify(after[k]))
  return Object.assign({}, ...changed.map((k) => inputs[k]?.(after))) as UpdateInput
}

/** What takes a change back: the former values; entries that are gone come back as new ones. */
export function undoInput(before: CustomerValues, after: CustomerValues): UpdateInput {
  const there = new Set([...after.contacts, ...after.certificates].map((x) => x.id))
  const anew = <T extends { id?: string }>(x: T): T => (there.has(x.id) ? x : { ...x, id: undefined })
  return updateInput(after, { ...before, contacts: before.contacts.map(anew), certificates: before.certificates.map(anew) })
}
