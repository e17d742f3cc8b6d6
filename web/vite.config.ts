import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import elementPlus from 'unplugin-element-plus/vite'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// ZHIYIN_API is the address of a running `zhiyin serve` for `npm run dev`.
const api = process.env.ZHIYIN_API ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [vue(), elementPlus({})],
  resolve: { alias: { '@': here('./src'), '@catalogue': here('../catalogue') } },
  define: {
    __VUE_OPTIONS_API__: true, // Element Plus needs it
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_DROP_MESSAGE_COMPILER__: true, // ours is i18n/message.ts
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  server: { fs: { allow: ['..'] }, proxy: { '/api': api } },
  build: {
    target: 'es2022',
    cssTarget: 'chrome108',
    chunkSizeWarningLimit: 700,
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: here('./index.html'), service: here('./service.html') },
      // The framework is one file, which the browser keeps over many of our releases; the rest is split by page.
      output: {
        codeSplitting: {
          groups: [
            { name: 'vue', test: /node_modules[\\/](@?vue|vue-router)[\\/]/ },
            { name: 'client', test: /node_modules[\\/](vue-i18n|@intlify|openapi-fetch)[\\/]/ },
          ],
        },
      },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
    setupFiles: ['src/test/setup.ts'],
    server: { deps: { inline: ['element-plus'] } },
    css: false,
    maxWorkers: 2,
    onConsoleLog: (log) => !log.includes('Custom Message Compiler'),
  },
})
