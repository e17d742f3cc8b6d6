// The HTML of an article as elements: only those an article may have, with no attribute but a link's target.
// The server makes it without scripts; what it would ever let through stays text here.
import { h, type VNodeChild } from 'vue'

const allowed = new Set('h2 h3 h4 h5 h6 p br ul ol li strong em del code pre blockquote hr table thead tbody tr th td a'.split(' '))
const decent = /^(https?:|mailto:|tel:|\/(?!\/))/i

function nodes(from: Node): VNodeChild[] {
  return [...from.childNodes].map((n) => {
    if (!(n instanceof Element)) return n.textContent
    const name = n.tagName.toLowerCase()
    if (!allowed.has(name)) return n.textContent
    const href = n.getAttribute('href') ?? ''
    const attributes = name === 'a' && decent.test(href) ? { href, rel: 'noopener noreferrer' } : undefined
    return h(name, attributes, nodes(n))
  })
}

export const bodyOf = (html: string): VNodeChild[] => nodes(new DOMParser().parseFromString(html, 'text/html').body)
