import type { InjectionKey } from 'vue'

/** What a dialog keeps of the forms in it: each says whether closing would lose what was typed. */
export const unsavedKey: InjectionKey<Set<() => boolean>> = Symbol('unsaved')
