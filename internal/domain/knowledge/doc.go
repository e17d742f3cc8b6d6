// Package knowledge keeps what people answer with: the knowledge base 服务知识库.
//
// Owns: articles 知识条目 with their versions 版本, votes 评价 and review dates 复审日期;
// standard answers 标准话术 with variables; suggestions 推荐 for a text that is being
// typed; what was looked for and not found 未搜到; the advice that is shipped 随产品建议.
// Does not own: cases (feedback), the map of contact points (satisfaction), what the
// customer's own pages show (portal).
//
// States of the working copy: draft 草稿 → review 待审 → published 已发布; review → draft
// (sent back or taken back); published → draft (changed); any but retired → retired
// 已停用 → draft. What readers see is the last version that was published, until the
// article is retired: a change that is being written does not touch it.
//
// Invariants: nobody publishes what he wrote himself; a version never changes; each
// person votes once on a version and may think better of it; each article that is read
// has an owner and a day by which it is looked at again.
//
// An article belongs to a county company, or to an organisation above: then all below
// read it, and it is changed where it belongs. Its words are in Chinese, in English or in both; the
// reader gets his language where there is one. Bodies are Markdown without HTML, and
// are shown as the HTML this package makes of it.
//
// Sources: F1 (003, 004 part 5), F2 (000 parts 3–4, 004 part 4), E2 (004 part 1).
package knowledge
