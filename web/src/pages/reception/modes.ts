import { DoorOpen, Mail, MessageSquareText, Phone, UserRound, Users } from '@lucide/vue'
import type { Component } from 'vue'
import type { FeedItem } from './feed'

/** The picture of a way of contact; the first visit has one of its own. */
export const modeIcons: Partial<Record<FeedItem['kind'] | 'first', Component>> = {
  first: DoorOpen,
  visit: UserRound,
  counter: UserRound,
  call: Phone,
  sms: MessageSquareText,
  wechat: MessageSquareText,
  mail: Mail,
  meeting: Users,
}
