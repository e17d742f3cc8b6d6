package cn

import (
	"iter"
	"unicode"
	"unicode/utf8"
)

// maxRunToken is the length in bytes to which a run of letters or digits is cut
// when it becomes a token: databases refuse very long ones. Index and query cut
// alike.
const maxRunToken = 64

// boundRunes is how much of a run is taken together with the Han character right
// before it: house numbers are what tells the addresses of a street apart.
const boundRunes = 3

// Grams returns the search tokens of a name: each Han character, each pair of
// neighbouring Han characters, each run of other letters and digits as a whole,
// the run's first one, two and three characters with the Han character right
// before, and the run with the Han characters on both sides, in the order of the
// text with repetitions. The text is folded first.
func Grams(s string) []string { return scanGrams(Fold(s), true) }

// Bigrams returns the tokens of a longer text such as an address: as Grams, but
// without single Han characters, which in addresses match nearly every row.
func Bigrams(s string) []string { return scanGrams(Fold(s), false) }

// boundEnds yields where the beginnings of a run end that are bound to the Han
// character before it, the shortest first.
func boundEnds(s string, run piece) iter.Seq[int] {
	return func(yield func(int) bool) {
		for n, end := 0, run.start; n < boundRunes && end < run.end; n++ {
			_, size := utf8.DecodeRuneInString(s[end:])
			if end += size; !yield(end) {
				return
			}
		}
	}
}

// enclosed is a run with the Han characters right before and after it; ok is false
// when it does not stand between two.
func enclosed(s string, prev int, run piece) (text string, ok bool) {
	r, size := utf8.DecodeRuneInString(s[run.end:])
	if prev < 0 || !run.adjoins || !isHan(r) || run.end-run.start > maxRunToken {
		return "", false
	}
	return s[prev : run.end+size], true
}

// bound is the rarest token of a run that stands right after a Han character.
func bound(s string, prev int, run piece) (token string) {
	if text, ok := enclosed(s, prev, run); ok {
		return text
	}
	for end := range boundEnds(s, run) {
		token = s[prev:end]
	}
	return token
}

func scanGrams(s string, unigrams bool) []string {
	size := len(s)/2 + 1 // a Han character has three bytes and begins one pair
	if unigrams {
		size *= 2
	}
	tokens := make([]string, 0, size)
	prev := -1 // start of the Han character right before this one
	forEachPiece(s, func(p piece) {
		if !p.han {
			if prev >= 0 && p.adjoins {
				for end := range boundEnds(s, p) {
					tokens = append(tokens, s[prev:end])
				}
			}
			if text, ok := enclosed(s, prev, p); ok {
				tokens = append(tokens, text)
			}
			tokens, prev = append(tokens, cutRun(s[p.start:p.end])), -1
			return
		}
		if prev >= 0 && p.adjoins {
			tokens = append(tokens, s[prev:p.end])
		}
		if unigrams {
			tokens = append(tokens, s[p.start:p.end])
		}
		prev = p.start
	})
	return tokens
}

// QueryGrams returns tokens that every text containing the fragment carries, to be
// combined with AND before the candidates are compared with the fragment itself:
//
//   - the pairs of neighbouring Han characters, runs of letters and digits with the
//     Han characters on both sides or else their beginnings with the one before, and
//     other runs, except one at the end, which may go on in the text (人民路12 finds
//     人民路128号);
//   - if there are none, the single Han characters, which only Grams indexes;
//   - if there are none either, the run at the end.
//
// A fragment is taken to begin at the beginning of a run.
func QueryGrams(fragment string) []string {
	s := Fold(fragment)
	var strong, single, last []string
	prev := -1
	forEachPiece(s, func(p piece) {
		text := s[p.start:p.end]
		switch {
		case !p.han && prev >= 0 && p.adjoins:
			strong, prev = append(strong, bound(s, prev, p)), -1
		case !p.han && p.end == len(s):
			last = append(last, cutRun(text))
		case !p.han:
			strong, prev = append(strong, cutRun(text)), -1
		default:
			if prev >= 0 && p.adjoins {
				strong = append(strong, s[prev:p.end])
			}
			single, prev = append(single, text), p.start
		}
	})
	switch {
	case len(strong) > 0:
		return strong
	case len(single) > 0:
		return single
	}
	return last
}

// A piece is a Han character or a run of other letters, marks and digits.
type piece struct {
	start, end int
	han        bool
	adjoins    bool // nothing stands between it and the piece before
}

func forEachPiece(s string, yield func(piece)) {
	last := -1
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case isHan(r):
			yield(piece{i, i + size, true, i == last})
			i += size
			last = i
		case isRunRune(r):
			end := runEnd(s, i)
			yield(piece{i, end, false, i == last})
			i, last = end, end
		default:
			i += size
		}
	}
}

// runEnd returns the end of the run of non-Han letters and digits that starts at i.
func runEnd(s string, i int) int {
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !isRunRune(r) || isHan(r) {
			break
		}
		i += size
	}
	return i
}

func isRunRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z'
	}
	return r != utf8.RuneError && unicode.In(r, unicode.L, unicode.N, unicode.M)
}

func cutRun(run string) string {
	if len(run) <= maxRunToken {
		return run
	}
	end := maxRunToken
	for !utf8.RuneStart(run[end]) {
		end--
	}
	return run[:end]
}
