// The customers' pages: an application of their own, so that a telephone loads nothing of the staff's.
import { createApp } from 'vue'
import App from './App.vue'
import { router } from './router'
import { preferredLang, setLang } from './words'
import '@/session/theme'
import '@/style/tokens.css'
import '@/style/base.css'
import './service.css'

await setLang(preferredLang(), false)
createApp(App).use(router).mount('#app')
