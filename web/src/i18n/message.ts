/**
 * A sentence of the catalogue: "{name}" is a placeholder, "{name:kilo}" one whose quantity is read in thousands,
 * " | " separates singular and plural, chosen by {n}.
 */
export function formatMessage(message: string, value: (name: string) => unknown): string {
  const forms = message.split(' | ')
  const form = forms.length > 1 && Number(value('n')) !== 1 ? forms[1] : forms[0]
  return (form ?? '').replace(/\{(\w+)(:kilo)?\}/g, (whole, name: string, thousands?: string) => {
    const v = value(name)
    if (v == null) return whole
    return thousands && !Number.isNaN(Number(v)) ? kilo(Number(v)) : String(v)
  })
}

// Both languages group digits alike, and the formats of the screens ask for the language.
const kilo = (units: number): string => (units / 1000).toLocaleString('en', { maximumFractionDigits: 3 })
