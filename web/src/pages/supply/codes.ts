// The code lists, in the order in which people choose. Their words are supply.LIST.CODE of the catalogue.
export const codes = {
  class: ['hv', 'lv_nonres', 'lv_res'],
  account_status: ['connecting', 'normal', 'changing', 'closed'],
  use_category: ['residential', 'agricultural', 'irrigation', 'two_part', 'single_part', 'large_industry', 'general_industry', 'commercial', 'nonres_lighting', 'resale'],
  area: ['urban', 'rural'],
  voltage: ['AC02202', 'AC03802', 'AC00061', 'AC00101', 'AC00201', 'AC00351', 'AC01101', 'AC02201', 'AC05001', 'AC07501'],
  line_voltage: ['AC00061', 'AC00101', 'AC00201', 'AC00351', 'AC01101', 'AC02201'],
  station_voltage: ['AC00351', 'AC01101', 'AC02201', 'AC05001', 'AC07501'],
  importance: ['special', 'first', 'second', 'temporary', 'ordinary'],
  load_class: ['first', 'second', 'third'],
  shifts: ['single', 'double', 'triple', 'continuous'],
  point_kind: ['customer', 'gateway'],
  point_attribute: ['settlement', 'assessment'],
  point_purpose: ['settlement', 'district_check', 'line_check', 'indicator', 'gateway'],
  wiring: ['single_phase', 'three_wire', 'four_wire'],
  metering_mode: ['hv_hv', 'hv_lv', 'lv_lv'],
  point_status: ['planned', 'in_use', 'suspended', 'withdrawn'],
  meter_kind: ['smart', 'electronic', 'induction'],
  meter_class: ['I', 'II', 'III', 'IV', 'V'],
  meter_status: ['in_stock', 'installed', 'removed', 'scrapped'],
  line_kind: ['public', 'dedicated'],
  medium: ['overhead', 'cable', 'mixed'],
  district_kind: ['public', 'dedicated'],
  equipment_kind: ['main_transformer', 'transformer', 'breaker', 'switch', 'ring_main_unit', 'branch_box', 'cable', 'conductor', 'pole', 'arrester', 'compensator', 'meter_box', 'other'],
  owner: ['company', 'customer'],
  health: ['severe', 'abnormal', 'attention', 'normal'],
  condition_kind: ['inspection', 'test', 'defect', 'fault', 'repair'],
  defect_grade: ['general', 'serious', 'critical'],
  node_kind: ['substation', 'line', 'district'],
  source_kind: ['dedicated_line', 'dedicated_transformer', 'public_transformer'],
  source_role: ['main', 'standby', 'security'],
  generation_kind: ['diesel', 'gas', 'pv', 'storage', 'ups', 'other'],
  document_kind: ['design_review', 'completion_report', 'other'],
  contract_kind: ['hv', 'lv', 'temporary', 'resale', 'transfer_supply', 'residential'],
  contract_status: ['draft', 'in_force', 'ended'],
} as const satisfies Record<string, readonly string[]>

export type CodeList = keyof typeof codes

/** Lists that are parts of another one and share its words. */
const words: Partial<Record<CodeList, CodeList>> = { line_voltage: 'voltage', station_voltage: 'voltage' }

/** The catalogue's key of a code. */
export const codeKey = (list: CodeList, code: string): string => `supply.${words[list] ?? list}.${code}`

/** The codes of a list with their keys, for filters and select fields. */
export const choices = (list: CodeList): { value: string; label: string }[] => codes[list].map((value) => ({ value, label: codeKey(list, value) }))
