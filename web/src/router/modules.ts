import { computed } from 'vue'
import { may } from '@/session/session'
import { navGroups, type Command, type HitKind, type NavEntry, type PageModule } from './module'

const found = import.meta.glob<PageModule>('../pages/*/module.ts', { eager: true, import: 'default' })

export const modules: PageModule[] = Object.values(found)
export const hitKinds = computed<Record<string, HitKind>>(() => Object.assign({}, ...modules.map((m) => m.hits ?? {})))

const allowed = (entry: { permission?: string }) => !entry.permission || may(entry.permission)

const place = (e: NavEntry) => navGroups.indexOf(e.group)

/** The navigation entries the signed-in person may see, in order. */
export const navEntries = computed<NavEntry[]>(() =>
  modules
    .flatMap((m) => m.nav ?? [])
    .filter(allowed)
    .sort((a, b) => place(a) - place(b) || a.order - b.order),
)

/** The palette's actions the signed-in person may do. */
export const commands = computed<Command[]>(() => modules.flatMap((m) => m.commands ?? []).filter(allowed))
