// The lists of the supply side: what each kind shows, is narrowed by and sorted by.
import { day, number } from '@/format/format'
import { unitChoices } from '@/pages/customer/customers'
import { kva } from '@/pages/customer/names'
import { t } from '@/i18n'
import type { Choice, Column, Filter } from '@/kit'
import { choices, codeKey, type CodeList } from '../codes'
import type { AnyRecord, Plural } from '../types'

type Row = AnyRecord & Record<string, unknown>
export interface ListSpec {
  columns: Column<AnyRecord>[]
  filters: Filter[]
  sort: string
}

const value = (row: AnyRecord, key: string): string => String((row as Row)[key] ?? '')
const code = (key: string, list: CodeList, more: Partial<Column<AnyRecord>> = {}): Column<AnyRecord> => ({
  key,
  label: `supply_ui.field.${key}`,
  text: (r) => (value(r, key) ? t(codeKey(list, value(r, key))) : ''),
  ...more,
})
const plain = (key: string, more: Partial<Column<AnyRecord>> = {}): Column<AnyRecord> => ({ key, label: `supply_ui.field.${key}`, ...more })
/** A name beside the record, in place of an identifier in it. */
const named = (key: keyof NonNullable<AnyRecord['names']>, label: string, more: Partial<Column<AnyRecord>> = {}): Column<AnyRecord> => ({
  key: `names.${key}`,
  label: `supply_ui.${label}`,
  text: (r) => r.names?.[key] ?? '',
  ...more,
})
const capacity = (key: string, more: Partial<Column<AnyRecord>> = {}): Column<AnyRecord> => ({
  key,
  label: `supply_ui.field.${key}`,
  align: 'end',
  text: (r) => kva((r as Row)[key] as number | undefined),
  ...more,
})
const one = (key: string, list: CodeList): Filter => ({ key, label: `supply_ui.field.${key}`, type: 'choice', options: choices(list) })
const flag = (key: string, label: string): Filter => ({ key, label, type: 'choice', options: [{ value: 'true', label: 'kit.yes' }] })
const units = (): Filter => ({ key: 'unit_id', label: 'supply_ui.field.unit_id', type: 'choice', options: unitChoices() })
const created: Column<AnyRecord> = { key: 'created_at', label: 'supply_ui.created_on', sort: 'created_at', text: (r) => day(r.created_at), width: '110px', hidden: true }
const no = plain('no', { sort: 'no', width: '160px' })
const unit: Column<AnyRecord> = { key: 'unit_id', label: 'supply_ui.field.unit_id', hidden: true, text: (r) => unitChoices().find((u) => u.value === value(r, 'unit_id'))?.label ?? '' }
const important: Choice[] = [{ value: 'any', label: 'supply_ui.important' }, ...choices('importance')]

export const listSpecs: Record<Exclude<Plural, 'equipment-conditions' | 'supply-contracts'>, ListSpec> = {
  accounts: {
    columns: [
      plain('account_no', { sort: 'account_no', width: '130px' }),
      plain('name', { label: 'supply_ui.field.account_name', width: '170px', max: '260px' }),
      code('status', 'account_status', { width: '110px' }),
      code('class', 'class', { width: '110px' }),
      code('use_category', 'use_category', { max: '150px' }),
      capacity('contract_va', { sort: 'contract_va' }),
      code('voltage', 'voltage', { hidden: true }),
      code('importance', 'importance', { width: '90px' }),
      named('district', 'field.district_id'),
      named('line', 'field.line_id', { hidden: true }),
      named('address', 'field.premise_id', { hidden: true }),
      unit,
      plain('opened_on', { hidden: true }),
      created,
    ],
    filters: [
      one('class', 'class'),
      one('status', 'account_status'),
      one('use_category', 'use_category'),
      { ...one('importance', 'importance'), options: important },
      flag('power_off', 'supply_ui.field.power_off'),
      { key: 'number', label: 'supply_ui.former_number', type: 'text' },
      units(),
    ],
    sort: 'account_no',
  },
  premises: { columns: [plain('address', { sort: 'address' }), plain('postcode', { width: '110px' }), plain('access_note'), created], filters: [], sort: 'address' },
  'metering-points': {
    columns: [
      no,
      plain('name'),
      code('status', 'point_status', { width: '90px' }),
      named('account_no', 'field.account_no'),
      named('account', 'field.account_name', { hidden: true }),
      code('purpose', 'point_purpose'),
      code('metering_mode', 'metering_mode'),
      code('voltage', 'voltage'),
      named('district', 'field.district_id'),
      named('line', 'field.line_id', { hidden: true }),
      created,
    ],
    filters: [one('status', 'point_status'), one('purpose', 'point_purpose')],
    sort: 'no',
  },
  meters: {
    columns: [
      plain('asset_no', { sort: 'asset_no', width: '190px' }),
      code('status', 'meter_status', { width: '100px' }),
      code('kind', 'meter_kind', { label: 'supply_ui.field.meter_kind' }),
      code('meter_class', 'meter_class', { width: '90px' }),
      plain('factor', { align: 'end', text: (r) => number((r as Row).factor as number) }),
      named('account_no', 'field.account_no'),
      named('account', 'field.account_name'),
      plain('installed_on', { label: 'supply_ui.hung_on' }),
      plain('model', { hidden: true }),
      created,
    ],
    filters: [one('status', 'meter_status'), { ...one('kind', 'meter_kind'), label: 'supply_ui.field.meter_kind' }],
    sort: 'asset_no',
  },
  substations: { columns: [no, plain('name'), code('voltage', 'voltage', { width: '110px' }), plain('address', { label: 'supply_ui.field.site' }), created], filters: [], sort: 'no' },
  lines: {
    columns: [
      no,
      plain('name'),
      code('kind', 'line_kind'),
      code('medium', 'medium'),
      code('voltage', 'voltage', { width: '90px' }),
      plain('length_m', { align: 'end', text: (r) => ((r as Row).length_m ? number((r as Row).length_m as number) : '') }),
      named('substation', 'field.substation_id'),
      named('line', 'field.parent_id'),
      created,
    ],
    filters: [],
    sort: 'no',
  },
  districts: {
    columns: [
      no,
      plain('name'),
      code('kind', 'district_kind', { width: '80px' }),
      code('area', 'area', { width: '80px' }),
      capacity('capacity_va', { label: 'supply_ui.field.transformer_va' }),
      named('line', 'field.line_id'),
      plain('address', { label: 'supply_ui.field.site' }),
      unit,
      created,
    ],
    filters: [one('kind', 'district_kind'), units()],
    sort: 'no',
  },
  equipment: {
    columns: [
      no,
      plain('name'),
      code('kind', 'equipment_kind'),
      code('health', 'health', { width: '90px' }),
      plain('open_defects', { align: 'end', width: '100px', text: (r) => String((r as Row).open_defects ?? 0) }),
      named('node', 'stands_at'),
      plain('installed_on'),
      plain('model', { hidden: true }),
      plain('maker', { hidden: true }),
      code('owner', 'owner', { hidden: true }),
      created,
    ],
    filters: [one('kind', 'equipment_kind'), one('health', 'health')],
    sort: 'no',
  },
}
export type Listed = keyof typeof listSpecs
