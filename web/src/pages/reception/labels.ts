/** Catalogue keys of a visit's fields, for banners and conflicts. */
export const labels: Record<string, string> = Object.fromEntries(
  ['name', 'phone', 'arrived_at', 'left_at', 'intention', 'employer', 'home_address', 'looks', 'course', 'mode', 'at', 'text'].map((f) => [f, `reception_ui.${f}`]),
)
