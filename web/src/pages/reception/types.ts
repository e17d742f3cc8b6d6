import type { components } from '@/api/schema'

type S = components['schemas']

export type Reception = S['CustomerReception']
export type ReceptionDetail = S['CustomerReceptionDetail']
export type ReceptionInput = S['CustomerReceptionInput']
export type Known = S['CustomerKnown']
export type LogEntry = S['CustomerLogEntry']
export type LogInput = S['CustomerLogInput']
export type LinkInput = S['CustomerLinkInput']
export type CheckState = S['CustomerCheckState']
export type Receiver = S['CustomerReceiver']
