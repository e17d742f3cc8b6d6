// How events of the timeline look: an icon and a colour by what they tell of.
import { CircleAlert, FileText, FolderInput, Footprints, GitMerge, Mail, MessageSquare, NotebookPen, Paperclip, PenLine, Phone, PlugZap, Store, Tag, UserRound, UsersRound, Zap } from '@lucide/vue'
import type { Component } from 'vue'
import type { TimelineItem, Tone } from '@/kit'
import { eventText } from '../names'
import type { CustomerEvent } from '../types'

const icons: [RegExp, Component, Tone?][] = [
  [/fault|outage|disconnected/, Zap, 'bad'],
  [/complain|feedback/, CircleAlert, 'warn'],
  [/reconnected|meter/, PlugZap, 'ok'],
  [/contract/, FileText, 'info'],
  [/contacted|call/, Phone, 'info'],
  [/sms|message/, MessageSquare, 'info'],
  [/noted|analysed/, NotebookPen],
  [/attached/, Paperclip],
  [/merged|unmerged/, GitMerge, 'warn'],
  [/tagged|classified/, Tag],
  [/imported/, FolderInput],
  [/created|reopened/, UserRound, 'ok'],
  [/updated|reverted|filled/, PenLine],
]

/** A contact looks like its mode. */
const modes: Record<string, Component> = { visit: Footprints, counter: Store, meeting: UsersRound, sms: MessageSquare, wechat: MessageSquare, mail: Mail }

export function timelineItem(event: CustomerEvent): TimelineItem {
  const found = icons.find(([pattern]) => pattern.test(event.kind))
  const mode = modes[String((event.params as Record<string, unknown>).mode).replace('@customer.mode.', '')]
  return { id: event.id, at: event.at, title: eventText(event), actor: event.actor_name, icon: mode ?? found?.[1], tone: found?.[2] }
}
