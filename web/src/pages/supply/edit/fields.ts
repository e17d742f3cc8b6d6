// The fields of each kind of record: what a form asks for, and what a record shows. Pure.
import type { CodeList } from '../codes'
import type { Plural } from '../types'

export type RefKind = 'customer' | 'premise' | 'account' | 'point' | 'meter' | 'substation' | 'line' | 'district' | 'equipment' | 'node' | 'unit' | 'user'

export interface Field {
  /** As the API spells it. */
  name: string
  /** `kilo` is kept in VA and read in kVA; `micro` are degrees × 10⁶; `node` is a place of the kind in node_kind. */
  type: 'text' | 'long' | 'choice' | 'day' | 'moment' | 'count' | 'kilo' | 'micro' | 'yesno' | 'ref'
  codes?: CodeList
  /** Of a count or amount; that of `kilo` is kVA unless said. */
  unit?: string
  ref?: RefKind
  required?: boolean
  max?: number
  /** The value of a new record; `now` of a moment is when the form is opened. */
  initial?: string
  /** The catalogue's key, where the field is not called supply_ui.field.NAME. */
  label?: string
  hint?: string
  /** Set when the record is made, never changed. */
  fixed?: boolean
}
export interface Section {
  title: string
  fields: Field[]
}

const text = (name: string, max: number, more: Partial<Field> = {}): Field => ({ name, type: 'text', max, ...more })
const long = (name: string, max: number, more: Partial<Field> = {}): Field => ({ name, type: 'long', max, ...more })
const choice = (name: string, codes: CodeList, more: Partial<Field> = {}): Field => ({ name, type: 'choice', codes, ...more })
const day = (name: string): Field => ({ name, type: 'day' })
const ref = (name: string, kind: RefKind, more: Partial<Field> = {}): Field => ({ name, type: 'ref', ref: kind, ...more })
const must = { required: true }

const accountSections: Section[] = [
  {
    title: 'identity',
    fields: [
      text('account_no', 32, must),
      text('name', 100, { ...must, label: 'supply_ui.field.account_name' }),
      choice('class', 'class', { ...must, initial: 'lv_res' }),
      choice('status', 'account_status', { ...must, initial: 'normal' }),
      { name: 'power_off', type: 'yesno' },
    ],
  },
  {
    title: 'use',
    fields: [
      choice('use_category', 'use_category', { ...must, initial: 'residential' }),
      text('industry', 5, { hint: 'supply_ui.hint.industry' }),
      choice('area', 'area', { initial: 'urban' }),
      choice('importance', 'importance', { initial: 'ordinary' }),
      choice('load_class', 'load_class'),
      choice('shifts', 'shifts'),
    ],
  },
  {
    title: 'capacity',
    fields: [
      { name: 'contract_va', type: 'kilo', required: true },
      { name: 'running_va', type: 'kilo', required: true },
      choice('voltage', 'voltage', { ...must, initial: 'AC02202' }),
    ],
  },
  { title: 'belongs', fields: [ref('customer_id', 'customer'), ref('premise_id', 'premise'), ref('unit_id', 'unit'), text('reading_section', 32)] },
  { title: 'supplied', fields: [ref('district_id', 'district', { hint: 'supply_ui.hint.district' }), ref('line_id', 'line', { hint: 'supply_ui.hint.line' })] },
  { title: 'days', fields: [day('opened_on'), day('energised_on'), day('closed_on'), day('expires_on')] },
]

const pointSections: Section[] = [
  {
    title: 'identity',
    fields: [
      text('no', 32, must),
      text('name', 100, must),
      choice('status', 'point_status', { initial: 'in_use' }),
      choice('kind', 'point_kind', { initial: 'customer' }),
      choice('attribute', 'point_attribute', { initial: 'settlement' }),
      choice('purpose', 'point_purpose', { initial: 'settlement' }),
    ],
  },
  {
    title: 'metering',
    fields: [
      choice('wiring', 'wiring', { ...must, initial: 'single_phase' }),
      choice('metering_mode', 'metering_mode', { ...must, initial: 'lv_lv' }),
      choice('voltage', 'voltage', { ...must, initial: 'AC02202' }),
      { name: 'reading_order', type: 'count' },
    ],
  },
  { title: 'belongs', fields: [ref('account_id', 'account', { hint: 'supply_ui.hint.point_account' })] },
  { title: 'supplied', fields: [ref('district_id', 'district', { hint: 'supply_ui.hint.second_source' }), ref('line_id', 'line')] },
]

const equipmentSections: Section[] = [
  {
    title: 'identity',
    fields: [
      text('no', 40, must),
      text('name', 60, must),
      choice('kind', 'equipment_kind', must),
      choice('owner', 'owner', { initial: 'company' }),
      text('model', 60),
      text('maker', 60),
      text('rating', 60),
      day('installed_on'),
    ],
  },
  { title: 'stands', fields: [choice('node_kind', 'node_kind', { ...must, initial: 'line' }), ref('node_id', 'node', must)] },
]

const conditionSections: Section[] = [
  {
    title: 'found',
    fields: [
      choice('kind', 'condition_kind', { ...must, initial: 'defect', fixed: true }),
      { name: 'found_at', type: 'moment', required: true, initial: 'now' },
      choice('grade', 'defect_grade', { hint: 'supply_ui.hint.grade' }),
      choice('health', 'health', { label: 'supply_ui.field.health_after', hint: 'supply_ui.hint.health' }),
      long('finding', 2000, must),
    ],
  },
  {
    title: 'at',
    fields: [
      ref('equipment_id', 'equipment', { fixed: true, hint: 'supply_ui.hint.equipment' }),
      choice('node_kind', 'node_kind', { fixed: true }),
      ref('node_id', 'node', { fixed: true }),
    ],
  },
  { title: 'remedy', fields: [{ name: 'restored_at', type: 'moment' }, long('cause', 500), long('remedy', 500)] },
]

const contractSections: Section[] = [
  {
    title: 'identity',
    fields: [
      ref('account_id', 'account', must),
      text('contract_no', 40, must),
      choice('kind', 'contract_kind', must),
      choice('status', 'contract_status', { initial: 'draft' }),
      day('signed_on'),
      day('valid_from'),
      day('valid_to'),
      { name: 'capacity_va', type: 'kilo', required: true },
    ],
  },
  { title: 'terms', fields: ['demarcation', 'supply_mode', 'quality', 'metering', 'price', 'maintenance', 'liability'].map((name) => long(name, 1000)) },
]

const no = [text('no', 32, must), text('name', 60, must)]

export const sections: Record<Plural, Section[]> = {
  accounts: accountSections,
  premises: [
    {
      title: 'identity',
      fields: [
        text('address', 200, must),
        text('postcode', 6),
        { name: 'longitude_e6', type: 'micro' },
        { name: 'latitude_e6', type: 'micro' },
        long('access_note', 200),
      ],
    },
  ],
  'metering-points': pointSections,
  meters: [
    {
      title: 'identity',
      fields: [
        text('asset_no', 40, must),
        choice('kind', 'meter_kind', { initial: 'smart', label: 'supply_ui.field.meter_kind' }),
        choice('meter_class', 'meter_class'),
        text('model', 60),
        { name: 'factor', type: 'count', hint: 'supply_ui.hint.factor' },
      ],
    },
  ],
  substations: [{ title: 'identity', fields: [...no, choice('voltage', 'station_voltage', { ...must, initial: 'AC01101' }), text('address', 200, { label: 'supply_ui.field.site' })] }],
  lines: [
    {
      title: 'identity',
      fields: [
        ...no,
        choice('kind', 'line_kind', { initial: 'public' }),
        choice('medium', 'medium', { initial: 'overhead' }),
        choice('voltage', 'line_voltage', { ...must, initial: 'AC00101' }),
        { name: 'length_m', type: 'count', unit: 'm' },
      ],
    },
    { title: 'hangs', fields: [ref('substation_id', 'substation'), ref('parent_id', 'line', { hint: 'supply_ui.hint.parent' })] },
  ],
  districts: [
    {
      title: 'identity',
      fields: [
        ...no,
        choice('kind', 'district_kind', { initial: 'public' }),
        choice('area', 'area', { initial: 'urban' }),
        { name: 'capacity_va', type: 'kilo', label: 'supply_ui.field.transformer_va' },
        text('address', 200, { label: 'supply_ui.field.site' }),
      ],
    },
    { title: 'hangs', fields: [ref('line_id', 'line'), ref('unit_id', 'unit'), ref('manager_id', 'user', { label: 'supply_ui.field.district_manager' })] },
  ],
  equipment: equipmentSections,
  'equipment-conditions': conditionSections,
  'supply-contracts': contractSections,
}

export const fieldsOf = (kind: Plural): Field[] => sections[kind].flatMap((s) => s.fields)
export const unitOf = (f: Field): string => f.unit ?? (f.type === 'kilo' ? 'kVA' : f.type === 'micro' ? '°' : '')
export const labelOf = (f: Field): string => f.label ?? `supply_ui.field.${f.name}`
