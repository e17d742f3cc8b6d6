import type { components } from '@/api/schema'

type S = components['schemas']
export type Case = S['FeedbackCase']
export type CaseDetail = S['FeedbackDetail']
export type CaseEvent = S['FeedbackEvent']
export type CaseType = Case['type']
export type CaseState = Case['state']
export type Stage = NonNullable<Case['due_stage']>
export type Deadline = S['FeedbackDeadline']
export type Explained = S['FeedbackExplained']
export type Explanations = S['FeedbackExplanations']
export type Facts = S['FeedbackFacts']
export type CreateInput = S['FeedbackCreateInput']
export type Circumstance = NonNullable<Facts['circumstances']>[number]
export type Hint = S['FeedbackHint']
export type Category = S['FeedbackCategory']
export type CategoryInput = S['FeedbackCategoryInput']
export type Route = S['FeedbackRoute']
export type Settings = S['FeedbackSettings']
export type Notices = S['FeedbackNotices']
export type NoticeRule = S['FeedbackNoticeRule']
export type NoticeMove = NoticeRule['on']
export type Told = S['FeedbackTold']
export type Slip = S['PortalSlip']
export type Rules = S['FeedbackRules']
export type Counts = S['FeedbackCounts']
export type Colleague = S['AccessWorker']
export type CaseSheet = S['FeedbackSheet']
export type CaseLink = S['FeedbackLink']

/** In the order of the keys Alt+1 to Alt+8. */
export const types: CaseType[] = ['fault', 'complaint', 'inquiry', 'service_request', 'opinion', 'suggestion', 'report', 'praise']
export const states: CaseState[] = ['registered', 'dispatched', 'accepted', 'waiting', 'resolved', 'closed', 'withdrawn', 'joined']
export const channels: Case['channel'][] = ['phone', 'hall', 'web', 'sms', 'wechat', 'letter', 'leader_day', 'press', 'h12345', 'h12398', 'visit', 'other']
export const sources: Case['source'][] = ['active', 'solicited', 'intangible']
export const findings = ['product', 'management', 'own_error', 'none', 'unlawful'] as const
/** Moves of a case that can be told by message, in their order. */
export const noticeMoves: NoticeMove[] = ['create', 'accept', 'contacted', 'arrived', 'restored', 'transfer', 'pause', 'resume', 'resolve', 'reopen', 'withdraw', 'join']
export const noticeTemplates: NoticeRule['template'][] = ['case.accepted', 'case.progress', 'case.solved']
export const areas: Case['area'][] = ['urban', 'rural', 'remote']
export const circumstances: Circumstance[] = [
  'injury', 'important_user', 'collective', 'threat', 'central_media', 'provincial_media', 'city_media', 'national_supervision', 'provincial_supervision', 'city_government', 'county_government',
]
