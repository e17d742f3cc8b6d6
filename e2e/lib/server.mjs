// Starts the zhiyin binary on a data directory of its own and a free port.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { takeMade } from './made.mjs'

const READY_MS = 120_000

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

/**
 * Runs `zhiyin COMMAND --data DIR --listen 127.0.0.1:PORT ARGS…` and waits for /readyz.
 * The binary is named by ZHIYIN_BIN. Returns {url, output(), stop(signal)}; output holds what it printed (the demo's logins).
 */
export async function startServer({ command = 'demo', args = [], data } = {}) {
  const bin = process.env.ZHIYIN_BIN
  if (!bin) throw new Error('set ZHIYIN_BIN to the zhiyin binary (make build makes bin/zhiyin)')
  const dir = data ?? (await mkdtemp(path.join(tmpdir(), 'zhiyin-e2e-')))
  if (!data) await takeMade([command, ...args].join(''), dir)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let printed = ''
  const child = spawn(path.resolve(bin), [command, '--data', dir, '--listen', `127.0.0.1:${port}`, ...args])
  child.stdout.on('data', (chunk) => (printed += chunk))
  child.stderr.on('data', (chunk) => (printed += chunk))
  const ended = new Promise((resolve) => child.once('exit', resolve))
  let exited = false
  void ended.then(() => (exited = true))

  const stop = async (signal = 'SIGTERM') => {
    if (!exited) child.kill(signal)
    await ended
    if (!data) await rm(dir, { recursive: true, force: true })
  }
  const deadline = Date.now() + READY_MS
  while (!(await answers(`${url}/readyz`))) {
    if (exited || Date.now() > deadline) {
      await stop()
      throw new Error(`zhiyin ${command} did not become ready:\n${printed}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return { url, output: () => printed, stop }
}

async function answers(url) {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}
