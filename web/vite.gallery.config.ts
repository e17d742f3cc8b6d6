import { fileURLToPath } from 'node:url'
import { defineConfig, mergeConfig } from 'vite'
import base from './vite.config'

const root = fileURLToPath(new URL('./gallery', import.meta.url))

// The gallery shows every part of the kit on pages of its own, with made-up data. It is built apart and
// never ships; e2e/shell drives it.
const config = mergeConfig(base, defineConfig({ root, publicDir: '../public', build: { outDir: '../dist-gallery', emptyOutDir: true } }))
// Merging would keep the pages of the program beside the gallery's.
export default { ...config, build: { ...config.build, rolldownOptions: { ...config.build?.rolldownOptions, input: `${root}/index.html` } } }
