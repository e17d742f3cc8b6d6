// What the pages ask the server about messages, and what its answers are called.
import { api, etagOf, unwrap, unwrapWithTag } from '@/api/client'
import type { components } from '@/api/schema'
import { lang } from '@/i18n'
import type { Tone } from '@/kit'
import { companies, currentOrg } from '@/session/session'

type S = components['schemas']
export type Message = S['Message']
export type Detail = S['MessageDetail']
export type Attempt = S['MessageAttempt']
export type Template = S['MessageTemplate']
export type TemplateDetail = S['MessageTemplateDetail']
export type Texts = S['MessageTexts']
export type Preview = S['MessagePreview']
export type Variable = S['MessageVariable']
export type MailChannel = S['MessageMailChannel']
export type MailInput = S['MessageMailInput']
export type GatewayChannel = S['MessageGatewayChannel']
export type GatewayInput = S['MessageGatewayInput']
export type State = Message['state']
export type Channel = Message['channel']

export const states: State[] = ['queued', 'sending', 'sent', 'uncertain', 'refused', 'failed', 'dropped']
export const channels: Channel[] = ['sms', 'email']
export const kinds: Message['kind'][] = ['service', 'marketing']
export const stateTone: Record<State, Tone> = { queued: 'info', sending: 'info', sent: 'ok', uncertain: 'warn', refused: 'bad', failed: 'bad', dropped: 'neutral' }

/** The company whose templates and channels are shown where none is chosen. */
export const companyId = (): string => (currentOrg.value ?? companies.value[0])?.id ?? ''
const company = () => ({ query: { org_id: companyId() } })

export const fetchMessage = (id: string): Promise<Detail> => unwrap(api.GET('/api/v1/messages/{id}', { params: { path: { id } } }))
const stamped = (m: Message) => ({ params: { path: { id: m.id }, header: { 'If-Match': etagOf(m) } } })
export const retry = (m: Message): Promise<Detail> => unwrap(api.POST('/api/v1/messages/{id}/retry', stamped(m)))
export const drop = (m: Message): Promise<Detail> => unwrap(api.POST('/api/v1/messages/{id}/drop', stamped(m)))
export const sendTest = (key: string, channel: Channel, to: string): Promise<Detail> =>
  unwrap(api.POST('/api/v1/messages/test', { params: { header: { 'Idempotency-Key': key } }, body: { org_id: companyId(), channel, to } }))

export const fetchTemplates = async (): Promise<Template[]> => (await unwrap(api.GET('/api/v1/message-templates', { params: company() }))).items
export const fetchTemplate = (code: string) => unwrapWithTag(api.GET('/api/v1/message-templates/{code}', { params: { ...company(), path: { code } } }))
export const editTemplate = (code: string, etag: string, body: Texts) =>
  unwrapWithTag(api.PUT('/api/v1/message-templates/{code}', { params: { ...company(), path: { code }, header: { 'If-Match': etag } }, body }))
export const previewTemplate = (code: string, body: Texts): Promise<Preview> => unwrap(api.POST('/api/v1/message-templates/{code}/preview', { params: { path: { code } }, body }))

export const fetchEmail = () => unwrapWithTag(api.GET('/api/v1/message-channels/email', { params: company() }))
export const fetchSMS = () => unwrapWithTag(api.GET('/api/v1/message-channels/sms', { params: company() }))
export const setEmail = (etag: string, body: MailInput) => unwrapWithTag(api.PUT('/api/v1/message-channels/email', { params: { ...company(), header: { 'If-Match': etag } }, body }))
export const setSMS = (etag: string, body: GatewayInput) => unwrapWithTag(api.PUT('/api/v1/message-channels/sms', { params: { ...company(), header: { 'If-Match': etag } }, body }))

/** Chooses the Chinese or English of a pair by the reader's language. */
export const inLanguage = (zh: string, en: string): string => (lang.value === 'en' ? en : zh)

/** A list of values as people write it, with either comma. */
export const splitValues = (text: string): string[] =>
  text
    .split(/[,，]/)
    .map((v) => v.trim())
    .filter(Boolean)
