// A page that shows personal data whole is not printed as it is: it leaves by an approved look-up.
import { t } from '@/i18n'

const HEADER = 'Personal-Data'

/** Notes what an answer shows; print.css prints the sentence instead of the page, unless it is a sheet. */
export function noteWhole(response: Response): void {
  if (response.headers.get(HEADER)) document.body.dataset.whole = t('kit.print_whole')
}

/** Another page shows nothing yet. */
export function forgetWhole(): void {
  Reflect.deleteProperty(document.body.dataset, 'whole')
}
