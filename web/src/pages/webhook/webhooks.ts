// What the pages ask the server about webhooks, and what its answers are called.
import { api, etagOf, unwrap } from '@/api/client'
import type { components } from '@/api/schema'
import { t } from '@/i18n'
import type { Tone } from '@/kit'
import { companies, me } from '@/session/session'

type S = components['schemas']
export type Webhook = S['Webhook']
export type Made = S['WebhookMade']
export type Delivery = S['WebhookDelivery']
export type DeliveryDetail = S['WebhookDeliveryDetail']
export type Kind = S['WebhookKind']

export const stateTone: Record<Webhook['state'], Tone> = { active: 'ok', paused: 'neutral', ended: 'bad' }
export const deliveryTone: Record<Delivery['state'], Tone> = { queued: 'info', sending: 'info', delivered: 'ok', failed: 'bad', dropped: 'neutral' }
export const deliveryStates: Delivery['state'][] = ['queued', 'sending', 'delivered', 'failed', 'dropped']

const stamped = (w: Pick<Webhook, 'id' | 'version'>) => ({ path: { id: w.id }, header: { 'If-Match': etagOf(w) } })

export const fetchWebhook = (id: string): Promise<Webhook> => unwrap(api.GET('/api/v1/webhooks/{id}', { params: { path: { id } } }))
export const fetchKinds = async (): Promise<Kind[]> => (await unwrap(api.GET('/api/v1/webhook-kinds'))).items
export const create = (key: string, body: S['WebhookCreateInput']): Promise<Made> => unwrap(api.POST('/api/v1/webhooks', { params: { header: { 'Idempotency-Key': key } }, body }))
export const update = (w: Webhook, body: S['WebhookUpdateInput']): Promise<Webhook> => unwrap(api.PUT('/api/v1/webhooks/{id}', { params: stamped(w), body }))
export const rotate = (w: Webhook): Promise<Made> => unwrap(api.POST('/api/v1/webhooks/{id}/rotate', { params: stamped(w) }))
export const remove = (w: Webhook) => unwrap(api.DELETE('/api/v1/webhooks/{id}', { params: stamped(w) }))
export const test = (key: string, id: string): Promise<DeliveryDetail> =>
  unwrap(api.POST('/api/v1/webhooks/{id}/test', { params: { path: { id }, header: { 'Idempotency-Key': key } } }))
export const fetchDelivery = (d: Delivery): Promise<DeliveryDetail> =>
  unwrap(api.GET('/api/v1/webhooks/{id}/deliveries/{delivery_id}', { params: { path: { id: d.webhook_id, delivery_id: d.id } } }))
export const resend = (d: Delivery): Promise<DeliveryDetail> =>
  unwrap(api.POST('/api/v1/webhooks/{id}/deliveries/{delivery_id}/resend', { params: { path: { id: d.webhook_id, delivery_id: d.id }, header: { 'If-Match': etagOf(d) } } }))

/** Kinds in words: all of a module, or one by one. */
export const kindsText = (kinds: string[]): string =>
  kinds.map((k) => (k.endsWith('.*') ? t('webhook.all_of', { module: t(`webhook.module.${k.slice(0, -2)}`) }) : t(`webhook.kind.${k}`))).join(t('kit.list.comma'))

/** The companies of an organisation: itself, or all below it. */
export function companiesIn(org: string): string[] {
  const above = new Map((me.value?.orgs ?? []).map((o) => [o.id, o.parent_id]))
  const within = (id?: string): boolean => id === org || (id !== undefined && within(above.get(id)))
  return companies.value.filter((o) => within(o.id)).map((o) => o.id)
}

export interface Group {
  module: string
  kinds: Kind[]
}
/** The kinds of events by the module that publishes them. */
export function byModule(kinds: Kind[]): Group[] {
  const groups: Group[] = []
  for (const k of kinds) {
    const module = k.kind.split('.')[0] ?? ''
    const group = groups.find((g) => g.module === module)
    if (group) group.kinds.push(k)
    else groups.push({ module, kinds: [k] })
  }
  return groups
}
