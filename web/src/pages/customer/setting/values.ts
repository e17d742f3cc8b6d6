// What the forms of schemes and fields hold, and what is sent. Pure.
import type { Class, CustomerKind, Field, FieldInput, Scheme, SchemeInput } from '../types'

export type ClassValues = Required<Class>

export interface SchemeValues {
  code: string
  name_zh: string
  name_en: string
  classes: ClassValues[]
  default_person: string
  default_organisation: string
  active: boolean
}

export interface FieldValues {
  code: string
  name_zh: string
  name_en: string
  section: string
  type: Field['type']
  applies_to: '' | CustomerKind
  required: boolean
  confidential: boolean
  options: ClassValues[]
  position: number
  active: boolean
}

const classes = (all: Class[] | null | undefined): ClassValues[] => (all ?? []).map((c) => ({ name_en: '', retired: false, ...c }))
const classInput = (c: ClassValues): Class => ({ code: c.code.trim(), name_zh: c.name_zh.trim(), name_en: c.name_en.trim() || undefined, retired: c.retired || undefined })

export const schemeValues = (s?: Scheme): SchemeValues => ({
  code: s?.code ?? '',
  name_zh: s?.name_zh ?? '',
  name_en: s?.name_en ?? '',
  classes: s ? classes(s.classes) : [{ code: '', name_zh: '', name_en: '', retired: false }],
  default_person: s?.default_person ?? '',
  default_organisation: s?.default_organisation ?? '',
  active: s?.active ?? true,
})

export const schemeInput = (v: SchemeValues): Omit<SchemeInput, 'code'> => ({
  name_zh: v.name_zh.trim(),
  name_en: v.name_en.trim() || undefined,
  classes: v.classes.map(classInput),
  default_person: v.default_person,
  default_organisation: v.default_organisation,
})

const emptyField: FieldValues = { code: '', name_zh: '', name_en: '', section: '', type: 'text', applies_to: '', required: false, confidential: false, options: [], position: 0, active: true }

export function fieldValues(f?: Field): FieldValues {
  if (!f) return { ...emptyField, options: [] }
  const { code, name_zh, name_en, section, type, applies_to, required, confidential, position, active } = f
  const known = Object.entries({ code, name_zh, name_en, section, type, applies_to, required, confidential, position, active }).filter(([, v]) => v !== undefined)
  return { ...emptyField, ...Object.fromEntries(known), options: classes(f.options) }
}

export const fieldInput = (v: FieldValues): Omit<FieldInput, 'code'> => ({
  name_zh: v.name_zh.trim(),
  name_en: v.name_en.trim() || undefined,
  section: v.section.trim() || undefined,
  type: v.type,
  applies_to: v.applies_to || undefined,
  required: v.required,
  confidential: v.confidential,
  options: v.type === 'choice' ? v.options.map(classInput) : undefined,
  position: v.position,
})
