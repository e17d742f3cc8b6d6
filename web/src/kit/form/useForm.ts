import { computed, nextTick, onBeforeUnmount, reactive, ref, shallowRef, toRaw, watch, type InjectionKey, type Ref } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'
import { newIdempotencyKey } from '@/api/client'
import { asProblem, fieldText, type Problem } from '@/api/problem'
import { t } from '@/i18n'
import { confirm } from '../feedback/confirm'
import { compare, type Difference } from './conflict'

type Values = Record<string, unknown>

export interface FormOptions<T extends object, R> {
  initial: T
  /** Sends the values. Pass `etag` on as If-Match and `key` as Idempotency-Key. */
  save: (values: T, send: { etag: string; key: string }) => Promise<R>
  etag?: string
  /** Reads the record as it is now; without it a conflict (412) is shown as an ordinary problem. */
  reload?: () => Promise<{ values: T; etag: string }>
  saved?: (result: R) => unknown
  /** Do not ask before leaving with changes (search forms, login). */
  noGuard?: boolean
}

export interface Conflict {
  differences: Difference[]
  theirs: Values
  etag: string
}

/** What FormField needs of its form. */
export interface FormContext {
  errors: Record<string, string>
  fields: Set<string>
}
export const formKey: InjectionKey<FormContext> = Symbol('form')

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

export type Form<T extends object, R = unknown> = ReturnType<typeof useForm<T, R>>

/** Values, server errors by field, conflict and leave guard of one form. Give it to FormView. */
export function useForm<T extends object, R>(options: FormOptions<T, R>) {
  const values = reactive(copy(options.initial)) as T
  const base = shallowRef(copy(options.initial)) as Ref<T>
  const etag = ref(options.etag ?? '')
  const dirty = computed(() => JSON.stringify(values) !== JSON.stringify(base.value))
  const { errors, problem, clear, show } = useFaults()
  const { conflict, meet, merge } = useConflict({ values, base, etag }, options.reload)
  const saving = ref(false)
  const key = idempotency()
  clearOnEdit(values as Values, errors)
  const unsaved = computed(() => !options.noGuard && dirty.value && !saving.value)
  if (!options.noGuard) guard(() => unsaved.value)

  /** Takes values as unchanged: after loading, after saving. */
  function settle(next: T, nextTag = etag.value): void {
    Object.assign(values, copy(next))
    base.value = copy(next)
    etag.value = nextTag
    clear()
  }
  async function submit(): Promise<R | undefined> {
    if (saving.value) return undefined
    saving.value = true
    clear()
    const sent = copy(toRaw(values)) as T
    try {
      const result = await options.save(sent, { etag: etag.value, key: key(JSON.stringify(sent)) })
      base.value = sent
      key('')
      await options.saved?.(result)
      return result
    } catch (error) {
      const failure = await meet(asProblem(error))
      if (failure) await show(failure)
      return undefined
    } finally {
      saving.value = false
    }
  }
  /** Ends a conflict with the values chosen for the fields both sides changed, and saves again. */
  async function resolve(chosen: Values): Promise<void> {
    merge(chosen)
    await submit()
  }
  const keepEditing = () => (conflict.value = null)
  /** Marks a field before anything is sent. */
  const setError = (name: string, text: string) => (errors[name] = text)
  return reactive({ values, errors, fields: new Set<string>(), problem, conflict, saving, dirty, unsaved, etag, submit, resolve, settle, keepEditing, setError })
}

/** What the server refused, as a whole and by field; the first field refused gets the focus. */
function useFaults() {
  const errors = reactive<Record<string, string>>({})
  const problem = shallowRef<Problem | null>(null)
  function clear(): void {
    problem.value = null
    for (const name of Object.keys(errors)) Reflect.deleteProperty(errors, name)
  }
  async function show(failure: Problem): Promise<void> {
    problem.value = failure
    for (const field of failure.fields) errors[field.name] ??= fieldText(field)
    await nextTick()
    await nextTick() // the fields mark themselves one tick after their errors
    const first = document.querySelector<HTMLElement>('[aria-invalid=true]') ?? document.querySelector<HTMLElement>('.zy-form-problem')
    first?.focus()
  }
  return { errors, problem, clear, show }
}

/** The record as somebody else left it meanwhile, against what is typed. */
function useConflict<T extends object>({ values, base, etag }: { values: T; base: Ref<T>; etag: Ref<string> }, reload: FormOptions<T, unknown>['reload']) {
  const conflict = shallowRef<Conflict | null>(null)
  /** Opens a conflict where the failure is one; otherwise gives what there is to show. */
  async function meet(failure: Problem): Promise<Problem | null> {
    if (!failure.isStale || !reload) return failure
    try {
      const now = await reload()
      const differences = compare(base.value as Values, values as Values, now.values as Values)
      conflict.value = { differences, theirs: now.values as Values, etag: now.etag }
      return null
    } catch (error) {
      return asProblem(error)
    }
  }
  function merge(chosen: Values): void {
    const { theirs, etag: tag } = conflict.value as Conflict
    conflict.value = null
    for (const name of Object.keys(theirs)) {
      const untouched = JSON.stringify((values as Values)[name]) === JSON.stringify((base.value as Values)[name])
      if (name in chosen) (values as Values)[name] = copy(chosen[name])
      else if (untouched) (values as Values)[name] = copy(theirs[name])
    }
    base.value = copy(theirs) as T
    etag.value = tag
  }
  return { conflict, meet, merge }
}

// The same body keeps its key when it is sent again, so a lost answer creates nothing twice.
function idempotency(): (body: string) => string {
  let last = ''
  let key = newIdempotencyKey()
  return (body) => {
    if (body !== last) key = newIdempotencyKey()
    last = body
    return key
  }
}

// An error stands until its field is edited; "contacts" also clears "contacts[1].phone".
function clearOnEdit(values: Values, errors: Record<string, string>): void {
  for (const name of Object.keys(values)) {
    watch(
      () => JSON.stringify(values[name]),
      () => {
        for (const key of Object.keys(errors)) {
          if (key === name || key.startsWith(`${name}.`) || key.startsWith(`${name}[`)) Reflect.deleteProperty(errors, key)
        }
      },
    )
  }
}

function guard(unsaved: () => boolean): void {
  const onUnload = (event: BeforeUnloadEvent) => unsaved() && event.preventDefault()
  window.addEventListener('beforeunload', onUnload)
  onBeforeUnmount(() => window.removeEventListener('beforeunload', onUnload))
  onBeforeRouteLeave(() => !unsaved() || confirmLeave())
}

/** Asks before typed changes are thrown away. */
export function confirmLeave(): Promise<boolean> {
  return confirm({
    title: t('kit.form.leave_title'),
    text: t('kit.form.leave_text'),
    action: t('kit.form.leave'),
    danger: true,
  })
}
