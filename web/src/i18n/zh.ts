import elementLocale from 'element-plus/es/locale/lang/zh-cn'
import { mergeModules } from './modules'

export const messages = mergeModules(
  import.meta.glob<Record<string, string>>('@catalogue/zh/*.json', { eager: true, import: 'default' }),
)
export const element = elementLocale
