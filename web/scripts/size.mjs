// Prints the compressed size of what each application loads first, and fails above its budget.
import { readFileSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const dist = new URL('../dist/', import.meta.url)
const gz = (file) => gzipSync(readFileSync(new URL(file, dist))).length / 1024
const assets = readdirSync(new URL('assets/', dist))

// What is loaded first of each application: what its page names, everything reachable from there by static import,
// and the chunks its first pages ask for.
const applications = [
  { page: 'index.html', of: 'login and home', budget: 500, asks: /^(LoginPage|HomePage|AppShell|zh|zh-cn|CommandPalette|KeyboardHelp)[-.]/ },
  { page: 'service.html', of: 'the customers\' sign-in and cases', budget: 80, asks: /^(SignIn|MyCases|words-zh)[-.]/ },
]

function loaded({ page, asks }) {
  const seen = new Set()
  function follow(file) {
    if (seen.has(file)) return
    seen.add(file)
    if (!file.endsWith('.js')) return
    const code = readFileSync(new URL(file, dist), 'utf8')
    for (const m of code.matchAll(/(?:from|import)\s*["']\.\/([^"']+)["']/g)) follow(`assets/${m[1]}`)
  }
  const html = readFileSync(new URL(page, dist), 'utf8')
  for (const m of html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)) follow(m[1])
  assets.filter((name) => asks.test(name)).forEach((name) => follow(`assets/${name}`))
  return [...seen].sort()
}

for (const application of applications) {
  let total = 0
  for (const file of loaded(application)) {
    const kb = gz(file)
    total += kb
    console.log(`${kb.toFixed(1).padStart(8)} kB  ${file}`)
  }
  console.log(`${total.toFixed(1).padStart(8)} kB  ${application.of}, gzip (budget ${application.budget})`)
  if (total > application.budget) process.exitCode = 1
}
