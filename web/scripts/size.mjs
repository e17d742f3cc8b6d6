// Prints the compressed size of what login and home load, and fails above the budget.
import { readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = 500
const dist = new URL('../dist/', import.meta.url)
const gz = (file) => gzipSync(readFileSync(new URL(file, dist))).length / 1024

const assets = readdirSync(new URL('assets/', dist))
const html = readFileSync(new URL('index.html', dist), 'utf8')
const entry = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((m) => m[1])

// Everything reachable from the entry by static import, plus the chunks that login and home ask for.
const seen = new Set()
function follow(file) {
  if (seen.has(file)) return
  seen.add(file)
  if (!file.endsWith('.js')) return
  const code = readFileSync(new URL(file, dist), 'utf8')
  for (const m of code.matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g)) follow(`assets/${m[1]}`)
}
entry.forEach(follow)
const wanted = /^(LoginPage|HomePage|AppShell|zh|zh-cn|CommandPalette|KeyboardHelp)[-.]/
assets.filter((name) => wanted.test(name)).forEach((name) => follow(`assets/${name}`))

let total = 0
for (const file of [...seen].sort()) {
  const kb = gz(file)
  total += kb
  console.log(`${kb.toFixed(1).padStart(8)} kB  ${file}`)
}
console.log(`${total.toFixed(1).padStart(8)} kB  login and home, gzip (budget ${BUDGET_KB})`)
if (total > BUDGET_KB) process.exit(1)
