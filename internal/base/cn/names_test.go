package cn

import (
	"slices"
	"testing"
)

func TestSurnames(t *testing.T) {
	names := Surnames()
	total, seen := 0, map[string]bool{}
	for i, n := range names {
		if seen[n.Text] || !allHan([]rune(n.Text)) || n.Weight <= 0 {
			t.Errorf("%+v: listed twice, no Han, or without weight", n)
		}
		seen[n.Text] = true
		total += n.Weight
		if i > 0 && n.Weight > names[i-1].Weight {
			t.Errorf("%+v comes after %+v", n, names[i-1])
		}
		if full, _ := Pinyin(n.Text+"明", PersonName); full == "" {
			t.Errorf("%s has no reading", n.Text)
		}
	}
	if total < 9500 || total > 10500 {
		t.Errorf("the weights add up to %d, want about 10 000", total)
	}
	if len(names) < 300 {
		t.Errorf("only %d surnames", len(names))
	}
	names[0].Text = "changed"
	if Surnames()[0].Text != "王" {
		t.Error("a caller can change the table")
	}
}

func TestGivenCharacters(t *testing.T) {
	for _, sex := range []Sex{Male, Female} {
		for _, year := range []int{1935, 1964, 1965, 1985, 1994, 1995, 2026} {
			chars := GivenCharacters(sex, year)
			if len(chars) < 50 || !allHan(chars) {
				t.Errorf("%s %d: %d characters", sex, year, len(chars))
			}
		}
	}
	if slices.Equal(GivenCharacters(Male, 1950), GivenCharacters(Male, 2010)) {
		t.Error("names do not change with the time")
	}
	if !slices.Contains(GivenCharacters(Female, 1950), '兰') || slices.Contains(GivenCharacters(Male, 1950), '兰') {
		t.Error("sexes are mixed up")
	}
	GivenCharacters(Male, 1950)[0] = 'x'
	if GivenCharacters(Male, 1950)[0] == 'x' {
		t.Error("a caller can change the table")
	}
}
