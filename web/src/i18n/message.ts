/** A sentence of the catalogue: "{name}" is a placeholder, " | " separates singular and plural, chosen by {n}. */
export function formatMessage(message: string, value: (name: string) => unknown): string {
  const forms = message.split(' | ')
  const form = forms.length > 1 && Number(value('n')) !== 1 ? forms[1] : forms[0]
  return (form ?? '').replace(/\{(\w+)\}/g, (whole, name: string) => {
    const v = value(name)
    return v == null ? whole : String(v)
  })
}
