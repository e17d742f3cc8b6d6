import type { components } from '@/api/schema'

type S = components['schemas']

export type Request = S['PrivacyRequest']
export type Detail = S['PrivacyDetail']
export type RequestKind = Request['kind']
export type RequestState = Request['state']
export type Channel = Request['channel']
export type Proof = S['PrivacyVerifyInput']['proof']
export type Preview = S['PrivacyPreview']
export type PreviewRow = S['PrivacyPreviewRow']
export type PurposeState = S['PrivacyPurposeState']
export type Purpose = S['PrivacyPurposeSetting']
export type Export = S['PrivacyExport']
