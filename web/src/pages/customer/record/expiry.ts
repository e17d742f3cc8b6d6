const SOON_DAYS = 60

/** Whether a certificate has expired on a day (YYYY-MM-DD), will within 60 days, or holds; nothing without an end. */
export function expiry(until: string | undefined, today: string): 'expired' | 'soon' | 'valid' | undefined {
  if (!until) return undefined
  if (until < today) return 'expired'
  const left = (Date.parse(until) - Date.parse(today)) / 86_400_000
  return left <= SOON_DAYS ? 'soon' : 'valid'
}
