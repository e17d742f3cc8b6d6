/** The server's rules for a new password (domain/access): 8 to 128 characters, and not the login name. */
export const MIN_PASSWORD = 8
export const MAX_PASSWORD = 128

export type PasswordState = { ok: boolean; code: 'empty' | 'more' | 'too_long' | 'is_login' | 'good'; n: number }

/** How a password stands to the rules; n is how many characters are missing. */
export function checkPassword(password: string, login: string): PasswordState {
  const length = [...password].length
  const state = (ok: boolean, code: PasswordState['code']) => ({ ok, code, n: Math.max(0, MIN_PASSWORD - length) })
  if (!length) return state(false, 'empty')
  if (length < MIN_PASSWORD) return state(false, 'more')
  if (length > MAX_PASSWORD) return state(false, 'too_long')
  if (login && password.toLowerCase() === login.toLowerCase()) return state(false, 'is_login')
  return state(true, 'good')
}

// Without 0 O 1 l I, for it is read out and copied by hand.
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A random password of 15 letters in groups, some 74 bits. */
export function makePassword(): string {
  const letters: string[] = []
  while (letters.length < 15) {
    const [n = 255] = crypto.getRandomValues(new Uint8Array(1))
    if (n < LETTERS.length * 8) letters.push(LETTERS[n % LETTERS.length] ?? '')
  }
  return letters.join('').replace(/(.{5})(?=.)/g, '$1-')
}
