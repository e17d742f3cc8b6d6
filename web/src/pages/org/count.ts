import type { OrgLevel } from '@/api/types'
import { t } from '@/i18n'
import { countBelow, type Branch } from './tree'

/** "2 个市公司、4 个县供电公司" of the branches and all below them; empty for none. */
export function countText(branches: Branch[]): string {
  return (Object.entries(countBelow(branches)) as [OrgLevel, number][])
    .filter(([, n]) => n > 0)
    .map(([level, n]) => t(`org.count.${level}`, { n }))
    .join(t('kit.list.comma'))
}
