/** The catalogue's key of a changed field: "contacts[ID].value" → "customer_ui.path.contacts.value". */
export const pathKey = (path: string): string => `customer_ui.path.${path.replace(/\[[^\]]*\]/g, '')}`
