import type { Me } from '@/api/types'

/** The server's rules for a new password (domain/access), as it tells them to whoever is signed in. */
export type PasswordRules = Me['password_rules']

export type PasswordState = { ok: boolean; code: 'empty' | 'more' | 'too_long' | 'is_login' | 'simple' | 'good'; n: number }

/** How a password stands to the rules; n is how many characters, or kinds of them, are missing. */
export function checkPassword(password: string, login: string, rules: PasswordRules): PasswordState {
  const length = [...password].length
  const state = (code: PasswordState['code'], n = 0) => ({ ok: code === 'good', code, n })
  if (!length) return state('empty')
  if (length < rules.min_length) return state('more', rules.min_length - length)
  if (length > rules.max_length) return state('too_long')
  if (login && password.toLowerCase() === login.toLowerCase()) return state('is_login')
  const missing = rules.classes - classes(password)
  return missing > 0 ? state('simple', missing) : state('good')
}

// Small letters, capitals, digits and other signs: as many as the password mixes.
function classes(password: string): number {
  const kinds = new Set([...password].map((c) => [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u].findIndex((kind) => kind.test(c))))
  return kinds.size
}

// Without 0 O 1 l I, for it is read out and copied by hand.
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'
const CAPITALS = 'ABCDEFGHJKMNPQRSTUVWXYZ'

/** A random password in groups of five that keeps the rules: at least 15 letters, some 74 bits. */
export function makePassword(rules: PasswordRules): string {
  const from = rules.classes > 3 ? LETTERS + CAPITALS : LETTERS
  const length = Math.max(15, Math.ceil(rules.min_length / 5) * 5)
  for (;;) {
    const password = Array.from({ length }, () => any(from)).join('').replace(/(.{5})(?=.)/g, '$1-')
    if (checkPassword(password, '', rules).ok) return password
  }
}

function any(letters: string): string {
  const fair = 256 - (256 % letters.length)
  for (;;) {
    const [n = 255] = crypto.getRandomValues(new Uint8Array(1))
    if (n < fair) return letters.charAt(n % letters.length)
  }
}
