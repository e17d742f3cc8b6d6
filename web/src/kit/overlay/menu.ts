import type { Component } from 'vue'
import type { RouteLocationRaw } from 'vue-router'

export interface MenuItem {
  label: string
  icon?: Component
  /** Where it leads; or */
  to?: RouteLocationRaw
  /** what it does. */
  run?: () => unknown
  hint?: string
  danger?: boolean
  disabled?: boolean
  /** For a choice: whether it is the chosen one. */
  checked?: boolean
  /** Starts a new group, with this heading (may be empty). */
  group?: string
}
