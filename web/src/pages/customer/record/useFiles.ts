import { ref, watch } from 'vue'
import { upload } from '@/api/client'
import { t } from '@/i18n'
import { confirm, toast } from '@/kit'

/** A sealed file of a customer or a case. */
export interface KeptFile {
  id: string
  name: string
  media_type: string
  size: number
  author_name: string
  at: string
  version: number
}

export const MAX_FILE = 20 * 1024 * 1024
export const fileKinds = ['.pdf', '.png', '.jpg', '.jpeg', '.webp', '.txt', '.csv', '.docx', '.xlsx', '.ofd']

/** Keeps files that are chosen, and takes them away: `drop` is the request for that, `changed` looks again. */
export function useFiles(base: () => string, drop: (a: KeptFile) => Promise<unknown>, changed: () => unknown) {
  const file = ref<File | null>(null)
  const progress = ref<number | null>(null)
  async function take(a: KeptFile): Promise<void> {
    await drop(a)
    await changed()
  }
  watch(file, async (chosen) => {
    if (!chosen) return
    progress.value = 0
    try {
      const made = await upload<KeptFile>(base(), chosen, { onProgress: (part) => (progress.value = part) })
      toast.ok(t('customer_ui.attached', { name: made.name }), { undo: () => take(made) })
      await changed()
    } catch (error) {
      toast.problem(error)
    } finally {
      file.value = null
      progress.value = null
    }
  })
  async function remove(a: KeptFile): Promise<void> {
    if (await confirm({ title: t('customer_ui.detach_title', { name: a.name }), text: t('customer_ui.detach_text'), action: t('customer_ui.detach'), danger: true })) await take(a).catch(toast.problem)
  }
  return { file, progress, remove }
}
