// An OpenID Connect provider of its own for a test file: e2e/provider, built and run.
import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** Starts it with people of these logins. Returns {issuer, register(client), down(is), signOut(login), stop()}. */
export async function startProvider(...logins) {
  const dir = await mkdtemp(path.join(tmpdir(), 'zhiyin-op-'))
  const bin = path.join(dir, 'provider')
  await promisify(execFile)('go', ['build', '-o', bin, './e2e/provider'], { cwd: ROOT })
  const child = spawn(bin, logins, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const issuer = await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the provider ended')))
    child.stdout.once('data', (line) => resolve(String(line).trim()))
  })
  const post = async (to, body) => {
    const answer = await fetch(issuer + to, { method: 'POST', body })
    if (!answer.ok) throw new Error(`${to}: ${answer.status} ${await answer.text()}`)
  }
  return {
    issuer,
    register: (client) => post('/clients', JSON.stringify(client)),
    down: (is) => post('/down', new URLSearchParams({ is })),
    signOut: (login) => post('/people/sign-out', new URLSearchParams({ subject: `sub-${login}` })),
    stop: async () => {
      child.stdin.end()
      await ended
      await rm(dir, { recursive: true, force: true })
    },
  }
}
