// Everything a screen is built from. Charts and the path diagram are imported from their own files, so that
// their chunk is loaded only where they stand.
export { default as ListView } from './list/ListView.vue'
export { useList, type List } from './list/useList'
export type { Choice, Column, Filter, ListOptions, ListQuery } from './list/types'

export { default as FormView } from './form/FormView.vue'
export { default as FormField } from './form/FormField.vue'
export { default as FormSection } from './form/FormSection.vue'
export { confirmLeave, useForm, type Form } from './form/useForm'

export { default as PageHeader } from './data/PageHeader.vue'
export { default as ScrollTable } from './data/ScrollTable.vue'
export { default as PageBody } from './data/PageBody.vue'
export { default as Card } from './data/Card.vue'
export { default as Descriptions, type Description } from './data/Descriptions.vue'
export { default as Timeline, type TimelineItem } from './data/Timeline.vue'
export { default as Tabs, type Tab } from './data/Tabs.vue'
export { default as Tag, type Tone } from './data/Tag.vue'
export { default as Masked } from './data/Masked.vue'
export { default as FileDrop } from './data/FileDrop.vue'

export { default as JobProgress } from './job/JobProgress.vue'
export { useJob, type JobSource } from './job/useJob'

export { default as Steps } from './wizard/Steps.vue'
export { default as ActionBar } from './wizard/ActionBar.vue'
export { default as Figures, type Figure } from './wizard/Figures.vue'
export { default as ColumnCard } from './wizard/ColumnCard.vue'
export { default as SampleTable } from './wizard/SampleTable.vue'
export { default as FindingTable, type Finding } from './wizard/FindingTable.vue'

export { default as EmptyState } from './feedback/EmptyState.vue'
export { default as ErrorState } from './feedback/ErrorState.vue'
export { default as Note } from './feedback/Note.vue'
export { default as PageState } from './feedback/PageState.vue'
export { default as Skeleton } from './feedback/Skeleton.vue'
export { confirm } from './feedback/confirm'
export { toast } from './feedback/toast'

export { default as Dialog } from './overlay/Dialog.vue'
export { default as MenuButton } from './overlay/MenuButton.vue'
export { default as Popover } from './overlay/Popover.vue'
export type { MenuItem } from './overlay/menu'

export { usePhone, useMedia } from './media'
export { useKeyHint, useShortcut } from './shortcut'
export { usePageTitle } from '@/router/page'
export { remember } from '@/palette/recent'
