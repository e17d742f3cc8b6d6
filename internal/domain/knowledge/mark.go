package knowledge

import (
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
)

// span is a part of a text by its characters.
type span struct{ from, to int }

// spoken tells whether a text holds what a term spells.
func spoken(folded string, t cn.Term) bool { return len(spokenSpans([]rune(folded), t)) > 0 }

// spokenSpans finds the characters that a term in letters spells, the first of each
// place.
func spokenSpans(runes []rune, t cn.Term) (spans []span) {
	if len(t.Forms) == 0 {
		return nil
	}
	for at := 0; at < len(runes); at++ {
		for n := minSpoken; n <= maxSpoken && at+n <= len(runes) && allHan(runes[at:at+n]); n++ {
			full, initials := cn.Pinyin(string(runes[at:at+n]), cn.PlaceName)
			if slices.Contains(t.Forms, full) || slices.Contains(t.Forms, initials) {
				spans = append(spans, span{at, at + n})
				at += n - 1
				break
			}
		}
	}
	return spans
}

// writtenSpans finds a term as it is written. The text is folded character by character,
// so that places in it are places in the text.
func writtenSpans(folded []string, term string) (spans []span) {
	for at := 0; at < len(folded); at++ {
		rest, to := term, at
		for to < len(folded) && rest != "" && folded[to] != "" && strings.HasPrefix(rest, folded[to]) {
			rest = rest[len(folded[to]):]
			to++
		}
		if rest == "" {
			spans = append(spans, span{at, to})
			at = to - 1
		}
	}
	return spans
}

// spansOf finds the terms of a query in a text, in order and apart.
func spansOf(runes []rune, query []cn.Term) (spans []span) {
	folded := make([]string, len(runes))
	for i, r := range runes {
		folded[i] = cn.Fold(string(r))
	}
	for _, t := range query {
		found := writtenSpans(folded, t.Text)
		if len(found) == 0 {
			found = spokenSpans(runes, t)
		}
		spans = append(spans, found...)
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	kept := spans[:0]
	for _, s := range spans {
		if n := len(kept); n > 0 && s.from < kept[n-1].to {
			kept[n-1].to = max(kept[n-1].to, s.to)
			continue
		}
		kept = append(kept, s)
	}
	return kept
}

// parts cuts a text at the spans.
func parts(runes []rune, spans []span) []Part {
	all, at := []Part{}, 0
	add := func(to int, hit bool) {
		if to > at {
			all, at = append(all, Part{string(runes[at:to]), hit}), to
		}
	}
	for _, s := range spans {
		add(s.from, false)
		add(s.to, true)
	}
	add(len(runes), false)
	return all
}

func mark(text string, query []cn.Term) []Part {
	runes := []rune(text)
	return parts(runes, spansOf(runes, query))
}

// The characters of an excerpt, and those before what was looked for.
const (
	excerptRunes  = 120
	excerptBefore = 24
)

// excerpt is the text around the first thing that was looked for, or its beginning.
func excerpt(text string, query []cn.Term) []Part {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	spans := spansOf(runes, query)
	from := 0
	if len(spans) > 0 {
		from = max(0, spans[0].from-excerptBefore)
	}
	to := min(len(runes), from+excerptRunes)
	var inside []span
	for _, s := range spans {
		if s.to <= to {
			inside = append(inside, span{s.from - from, s.to - from})
		}
	}
	all := parts(runes[from:to], inside)
	if from > 0 {
		all = append([]Part{{"…", false}}, all...)
	}
	if to < len(runes) {
		all = append(all, Part{"…", false})
	}
	return all
}
