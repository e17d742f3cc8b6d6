import { onMounted } from 'vue'

/** Puts the cursor where the dialog is opened for, after the dialog has taken the focus itself. */
export function focusFirst(field: () => { focus: () => void } | null): void {
  onMounted(() => requestAnimationFrame(() => requestAnimationFrame(() => field()?.focus())))
}
