import { expect, it } from 'vitest'
import { mountApp } from '@/test/mount'
import ArticleBody from './ArticleBody.vue'

const shown = async (html: string) => (await mountApp(ArticleBody, { props: { html } })).find('.article').element.innerHTML

it('shows headings, lists, tables and links', async () => {
  expect(await shown('<h2>题</h2><ul><li><strong>粗</strong></li></ul><a href="https://x.cn">链</a>')).toBe(
    '<h2>题</h2><ul><li><strong>粗</strong></li></ul><a href="https://x.cn" rel="noopener noreferrer">链</a>',
  )
})
it.each([
  ['<script>alert(1)</script>', 'alert(1)'],
  ['<p onclick="alert(1)" style="color:red">x</p>', '<p>x</p>'],
  ['<a href="javascript:alert(1)">x</a>', '<a>x</a>'],
  ['<a href="//evil.example">x</a>', '<a>x</a>'],
  ['<img src="x" onerror="alert(1)">', ''],
  ['<iframe></iframe>', ''],
])('makes nothing dangerous of %s', async (html, want) => expect(await shown(html)).toBe(want))
