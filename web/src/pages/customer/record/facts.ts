import { money } from '@/format/format'
import { t } from '@/i18n'
import type { Description } from '@/kit'
import type { Customer } from '../types'

/** What is known of the person or organisation itself, for page and card. */
export const identityFacts = (c: Customer): Description[] => (c.kind === 'person' ? personFacts(c) : organisationFacts(c))

function personFacts({ person: p }: Customer): Description[] {
  return [
    { key: 'sex', label: t('customer_ui.sex'), text: p?.sex && t(`customer_ui.sex.${p.sex}`) },
    { key: 'birth', label: t('customer_ui.birth_date'), text: p?.birth_date },
    { key: 'occupation', label: t('customer_ui.occupation'), text: p?.occupation },
    { key: 'employer', label: t('customer_ui.employer'), text: p?.employer },
  ]
}

function organisationFacts({ organisation: o, industry }: Customer): Description[] {
  return [
    { key: 'legal', label: t('customer_ui.legal_representative'), text: o?.legal_representative },
    { key: 'industry', label: t('customer_ui.industry'), text: industry },
    { key: 'established', label: t('customer_ui.established_on'), text: o?.established_on },
    { key: 'capital', label: t('customer_ui.registered_capital'), text: o?.registered_capital_fen ? money(o.registered_capital_fen) : '' },
    { key: 'employees', label: t('customer_ui.employees'), text: o?.employees ? String(o.employees) : '' },
    { key: 'website', label: t('customer_ui.website'), text: o?.website },
    { key: 'scope', label: t('customer_ui.business_scope'), text: o?.business_scope, wide: true },
  ]
}
