import { fileURLToPath } from 'node:url'
import { defineConfig, mergeConfig } from 'vite'
import base from './vite.config'

// The gallery shows every part of the kit on pages of its own, with made-up data. It is built apart and
// never ships; e2e/shell drives it.
export default mergeConfig(
  base,
  defineConfig({
    root: fileURLToPath(new URL('./gallery', import.meta.url)),
    publicDir: '../public',
    build: { outDir: '../dist-gallery', emptyOutDir: true },
  }),
)
