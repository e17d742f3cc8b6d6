// npm test: makes what many files begin with, runs all of them, and clears away.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startServer } from './lib/server.mjs'
import { makeWorld } from './lib/world.mjs'

const made = await mkdtemp(path.join(tmpdir(), 'zhiyin-e2e-made-'))
const know = (name, known) => writeFile(path.join(made, `${name}.json`), JSON.stringify(known))

async function makeDemo() {
  const server = await startServer({ args: ['--size', '400'], data: path.join(made, 'demo--size400') })
  await server.stop()
  await know('demo--size400', {})
}

try {
  await Promise.all([makeWorld(path.join(made, 'world')).then((known) => know('world', known)), makeDemo()])
  const tests = spawn(process.execPath, ['--test', '--test-concurrency=4', ...process.argv.slice(2)], { stdio: 'inherit', env: { ...process.env, ZHIYIN_E2E_MADE: made } })
  process.exitCode = await new Promise((resolve) => tests.once('exit', (code) => resolve(code ?? 1)))
} finally {
  await rm(made, { recursive: true, force: true })
}
