import { ref } from 'vue'
import { companies, currentOrg } from '@/session/session'

/** Counts what was taken back from a toast; an open record reads itself anew. */
export const undone = ref(0)

/** The company a new record belongs to; none where several are possible and none is chosen. */
export const chosenCompany = (): string => currentOrg.value?.id ?? (companies.value.length === 1 ? (companies.value[0]?.id ?? '') : '')
