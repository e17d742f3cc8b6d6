import { noticeMoves, type NoticeMove, type NoticeRule, type Notices } from '../types'

/** The rules as the form holds them: one line for each move, an empty template for none. */
export interface NoticeValues {
  enabled: boolean
  moves: Record<NoticeMove, { template: NoticeRule['template'] | ''; any_hour: boolean }>
  silent_channels: Notices['silent_channels']
  quiet_from: string
  quiet_to: string
}

export function rowsOf(n: Notices): NoticeValues {
  const line = (m: NoticeMove) => {
    const r = n.rules.find((x) => x.on === m)
    return { template: r?.template ?? ('' as const), any_hour: r?.any_hour ?? false }
  }
  return {
    enabled: n.enabled,
    moves: Object.fromEntries(noticeMoves.map((m) => [m, line(m)])) as NoticeValues['moves'],
    silent_channels: [...n.silent_channels],
    quiet_from: n.quiet_from ?? '',
    quiet_to: n.quiet_to ?? '',
  }
}

export function noticesOf(v: NoticeValues): Notices {
  return {
    enabled: v.enabled,
    rules: noticeMoves.flatMap((on) => {
      const { template, any_hour } = v.moves[on]
      return template ? [{ on, template, any_hour }] : []
    }),
    silent_channels: v.silent_channels,
    quiet_from: v.quiet_from || undefined,
    quiet_to: v.quiet_to || undefined,
  }
}
