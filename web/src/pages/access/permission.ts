import { hasText, t } from '@/i18n'

/** What a role may do in one module, in words. */
export interface ModuleWords {
  module: string
  name: string
  /** What the module holds. */
  note: string
  /** Everything, also what later versions add. */
  all: boolean
  deeds: string[]
}

// As the navigation goes: daily work first, administration last.
const ORDER = ['*', 'home', 'search', 'task', 'customer', 'proposal', 'lookup', 'privacy', 'consent', 'reception', 'feedback', 'supply', 'target', 'import', 'survey', 'satisfaction', 'scheme', 'field', 'job', 'org', 'backup', 'access', 'audit']
const place = (module: string) => (ORDER.indexOf(module) + ORDER.length + 1) % (ORDER.length + 1)

/** One permission's verb in words. */
export const deed = (module: string, verb: string): string => {
  const own = `access.verb.${module}.${verb}`
  const general = `access.verb.${verb}`
  return hasText(own) ? t(own) : hasText(general) ? t(general) : `${module}.${verb}`
}
export const moduleName = (module: string) => (hasText(`access.module.${module}`) ? t(`access.module.${module}`) : module)
const moduleNote = (module: string) => (hasText(`access.module_note.${module}`) ? t(`access.module_note.${module}`) : '')

/** Puts a role's patterns ("customer.*", "*.get", "org.rename", "*") into words, by module. */
export function explain(patterns: readonly string[]): ModuleWords[] {
  const verbs = new Map<string, string[]>()
  for (const pattern of patterns) {
    const [module = '', ...rest] = pattern.split('.')
    const verb = rest.join('.') || '*'
    verbs.set(module, [...(verbs.get(module) ?? []), verb])
  }
  return [...verbs.entries()]
    .map(([module, list]) => ({
      module,
      name: module === '*' ? t('access.module_any') : moduleName(module),
      note: module === '*' ? '' : moduleNote(module),
      all: list.includes('*'),
      deeds: list.includes('*') ? [] : [...new Set(list)].map((verb) => deed(module, verb)),
    }))
    .sort((a, b) => place(a.module) - place(b.module))
}

/** A permission in words: "客户档案：修改". */
export function permissionName(permission: string): string {
  const [module = '', ...rest] = permission.split('.')
  return t('access.key_module', { module: moduleName(module), deeds: deed(module, rest.join('.')) })
}
