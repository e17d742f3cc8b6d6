import { createApp } from 'vue'
import App from './App.vue'
import { i18n, preferredLang, setLang } from './i18n'
import { router } from './router'
import './session/theme'
import './style/tokens.css'
import './style/base.css'
import './style/element.css'
import './style/print.css'

await setLang(preferredLang(), false)
createApp(App).use(i18n).use(router).mount('#app')
