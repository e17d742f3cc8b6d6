// How the steps of a case read and look.
import {
  AlarmClock, ArrowRightLeft, BookPlus, CircleCheckBig, CirclePause, CirclePlay, Footprints, GitMerge, Link2, LockKeyholeOpen, MessageSquare, NotebookPen, Paperclip, PenLine, PhoneIncoming, RotateCcw, Send, Split, Star, Undo2, UserCheck, UserRound, X,
} from '@lucide/vue'
import type { Component } from 'vue'
import { t } from '@/i18n'
import type { TimelineItem, Tone } from '@/kit'
import { dateTime } from '@/format/format'
import { stageName, wordOf } from '../names'
import type { CaseEvent } from '../types'

const looks: Record<string, [Component, Tone?]> = {
  create: [PhoneIncoming, 'info'], dispatch: [Send, 'info'], accept: [UserCheck, 'ok'], assign: [UserRound], transfer: [ArrowRightLeft, 'warn'], return: [Undo2, 'warn'], pause: [CirclePause, 'warn'], resume: [CirclePlay],
  progress: [Footprints, 'info'], resolve: [CircleCheckBig, 'ok'], verdict: [Star, 'ok'], close: [CircleCheckBig, 'ok'], reopen: [RotateCcw, 'bad'], withdraw: [X], join: [GitMerge], led: [GitMerge], split: [Split], update: [PenLine],
  note: [NotebookPen, 'warn'], reply: [MessageSquare, 'accent'], open_own: [LockKeyholeOpen, 'warn'], link: [Link2], unlink: [Link2], attach: [Paperclip], detach: [Paperclip], draft: [BookPlus, 'ok'], warn: [AlarmClock, 'bad'],
}

/** What happened, in one line: "转派：客户服务中心 何静". */
function whatOf(e: CaseEvent): string {
  const parts = [
    e.milestone && t(`feedback_ui.option.${e.milestone}`),
    e.code && wordOf('feedback_ui.option', e.code),
    e.unit_name,
    e.owner_name,
    e.case_no,
    e.stage && e.share !== undefined && t(e.share >= 100 ? 'feedback_ui.warned_over' : 'feedback_ui.warned', { stage: stageName(e.stage), share: e.share }),
    e.fields?.map((f) => wordOf('feedback_ui.changed', f)).join(t('kit.list.comma')),
  ].filter(Boolean)
  const did = wordOf('feedback.did', e.kind)
  return parts.length ? `${did}${t('feedback_ui.colon')}${parts.join(' ')}` : did
}

export interface HistoryItem extends TimelineItem {
  toCustomer: boolean
  spoken: boolean
  lines: { label?: string; text: string }[]
}

export function historyItem(e: CaseEvent): HistoryItem {
  const [icon, tone] = looks[e.kind] ?? []
  const before = e.before ? Object.entries(e.before).filter(([k, v]) => v && e.fields?.includes(k)) : []
  return {
    id: e.id,
    at: e.at,
    title: whatOf(e),
    actor: e.actor_name || t('feedback_ui.system'),
    icon,
    tone,
    toCustomer: e.audience === 'customer',
    spoken: e.kind === 'note' || e.kind === 'reply',
    lines: [
      ...(e.text ? [{ text: e.text }] : []),
      ...(e.evidence ? [{ label: t('feedback_ui.field.evidence'), text: e.evidence }] : []),
      ...(e.began_at ? [{ label: t('feedback_ui.field.at'), text: dateTime(e.began_at) }] : []),
      ...before.map(([k, v]) => ({ label: t('feedback_ui.before', { field: wordOf('feedback_ui.changed', k) }), text: String(v) })),
    ],
  }
}
