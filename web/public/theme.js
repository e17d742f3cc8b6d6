// Runs before the first paint, so that a dark screen never flashes white. A file of its own, because the
// content security policy allows no inline script.
;(function () {
  var theme = 'system'
  var lang = ''
  try {
    theme = localStorage.getItem('zhiyin.theme') || 'system'
    lang = localStorage.getItem('zhiyin.lang') || ''
  } catch {
    /* storage blocked: the system's theme is used */
  }
  var dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  var root = document.documentElement
  root.dataset.theme = dark ? 'dark' : 'light'
  root.lang = (lang || navigator.language).indexOf('en') === 0 ? 'en' : 'zh-CN'
})()
