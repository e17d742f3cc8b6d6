import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { steps } from './states'

/** The steps with their names, for the step bar. */
export function useSteps() {
  const { t } = useI18n()
  return computed(() => steps.map((key) => ({ key, label: t(`import_ui.step.${key}`) })))
}
