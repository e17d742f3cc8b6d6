// The states of a customer's own installation (A11) as forms see them. Pure.
import type { Field } from '../edit/fields'
import { inputOf, missing, valuesOf, type Values } from '../edit/values'
import type { Installation, InstallationInput } from '../types'

export type Part = 'sources' | 'generation' | 'documents' | 'staff'
export const parts: Part[] = ['sources', 'generation', 'documents', 'staff']

const text = (name: string, max: number, required = false): Field => ({ name, type: 'text', max, required })

export const rowFields: Record<Part, Field[]> = {
  sources: [
    { name: 'role', type: 'choice', codes: 'source_role', required: true, initial: 'main' },
    { name: 'kind', type: 'choice', codes: 'source_kind', required: true, initial: 'dedicated_line', label: 'supply_ui.field.source_kind' },
    { ...text('name', 100, true), label: 'supply_ui.field.source_name' },
    { name: 'voltage', type: 'choice', codes: 'voltage', required: true, initial: 'AC00101' },
    { name: 'capacity_va', type: 'kilo', required: true },
  ],
  generation: [
    { name: 'kind', type: 'choice', codes: 'generation_kind', required: true, initial: 'diesel', label: 'supply_ui.field.generation_kind' },
    { name: 'capacity_va', type: 'kilo', required: true },
    text('interlock', 200),
  ],
  documents: [
    { name: 'kind', type: 'choice', codes: 'document_kind', required: true, initial: 'completion_report', label: 'supply_ui.field.document_kind' },
    text('title', 100, true),
    { name: 'approved_on', type: 'day' },
  ],
  staff: [
    { ...text('name', 50, true), label: 'supply_ui.field.person' },
    text('phone', 30),
    text('qualification', 100),
    text('licence_no', 40),
    { name: 'valid_until', type: 'day' },
  ],
}

export const ownFields: Field[] = [
  { name: 'valid_from', type: 'day', required: true },
  { name: 'security_load_w', type: 'kilo', unit: 'kW' },
  { name: 'tolerable_min', type: 'count', unit: 'min', hint: 'supply_ui.hint.tolerable' },
  { name: 'compensation_var', type: 'kilo', unit: 'kvar' },
  { name: 'protection', type: 'long', max: 1000 },
]

/** The fields of the state itself, and the rows of its lists under their names. */
export type InstallationValues = Record<string, Values[string] | Values[]>

export const rowsOf = (values: InstallationValues, part: Part): Values[] => values[part] as Values[]
export const ownOf = (values: InstallationValues): Values => values as Values

export const installationValues = (state: Partial<Installation>): InstallationValues => ({
  ...valuesOf(ownFields, state),
  sources: (state.sources ?? []).map((r) => valuesOf(rowFields.sources, r)),
  generation: (state.generation ?? []).map((r) => valuesOf(rowFields.generation, r)),
  // The paper's attachment is no field of the form, and stays.
  documents: (state.documents ?? []).map((r) => ({ ...valuesOf(rowFields.documents, r), attachment_id: r.attachment_id ?? '' })),
  staff: (state.staff ?? []).map((r) => valuesOf(rowFields.staff, r)),
})

/** What is sent; staff that was read only in part is left out, which keeps it. */
export function installationInput(values: InstallationValues, staffMasked: boolean): InstallationInput {
  const rows = (part: Part) => rowsOf(values, part).map((r) => ({ ...inputOf(rowFields[part], r), ...(r.attachment_id ? { attachment_id: r.attachment_id } : {}) }))
  return {
    ...inputOf(ownFields, ownOf(values)),
    sources: rows('sources'),
    generation: rows('generation'),
    documents: rows('documents'),
    ...(staffMasked ? {} : { staff: rows('staff') }),
  } as InstallationInput
}

/** The fields that must be filled and are not, as the API spells them. */
export const installationMissing = (values: InstallationValues): string[] => [
  ...missing(ownFields, ownOf(values)),
  ...parts.flatMap((part) => rowsOf(values, part).flatMap((row, i) => missing(rowFields[part], row).map((name) => `${part}[${i}].${name}`))),
]
