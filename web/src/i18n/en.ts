import elementLocale from 'element-plus/es/locale/lang/en'
import { mergeModules } from './modules'

export const messages = mergeModules(
  import.meta.glob<Record<string, string>>('@catalogue/en/*.json', { eager: true, import: 'default' }),
)
export const element = elementLocale
