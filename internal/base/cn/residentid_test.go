package cn

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func reasonOf(err error) Reason {
	var invalid *InvalidError
	if errors.As(err, &invalid) {
		return invalid.Reason
	}
	return ""
}

func TestParseResidentID(t *testing.T) {
	today := "2026-11-22"
	tests := []struct {
		name, in string
		legacy   bool
		want     ResidentID
		reason   Reason
	}{
		{"standard example", "11010519491231002X", false, ResidentID{"11010519491231002X", "110105", "1949-12-31", Female, false}, ""},
		{"lower case x", "11010519491231002x", false, ResidentID{"11010519491231002X", "110105", "1949-12-31", Female, false}, ""},
		{"full width", "１１０１０５１９４９１２３１００２Ｘ", false, ResidentID{"11010519491231002X", "110105", "1949-12-31", Female, false}, ""},
		{"groups", " 110105 19491231-002X\n", false, ResidentID{"11010519491231002X", "110105", "1949-12-31", Female, false}, ""},
		{"multiplication sign", "11010519491231002×", false, ResidentID{"11010519491231002X", "110105", "1949-12-31", Female, false}, ""},
		{"Cyrillic", "11010519491231002Х", false, ResidentID{"11010519491231002X", "110105", "1949-12-31", Female, false}, ""},
		{"roman ten", "11010519491231002Ⅹ", false, ResidentID{"11010519491231002X", "110105", "1949-12-31", Female, false}, ""},
		{"15 digits not asked for", "110105491231002", false, ResidentID{}, ReasonLength},
		{"15 digits", "110105491231002", true, ResidentID{"11010519491231002X", "110105", "1949-12-31", Female, true}, ""},
		{"15 digits of a centenarian", "110105991231996", true, ResidentID{"110105189912319968", "110105", "1899-12-31", Female, true}, ""},
		{"15 digits ending in X", "11010549123100X", true, ResidentID{}, ReasonCharacter},
		{"empty", " 　", false, ResidentID{}, ReasonEmpty},
		{"17 digits", "11010519491231002", false, ResidentID{}, ReasonLength},
		{"19 digits", "1101051949123100234", false, ResidentID{}, ReasonLength},
		{"letter inside", "1101051949123100OX", false, ResidentID{}, ReasonCharacter},
		{"X inside", "1101051949X231002X", false, ResidentID{}, ReasonCharacter},
		{"Han at the end", "11010519491231002号", false, ResidentID{}, ReasonCharacter},
		{"31 February", "110105194902310024", false, ResidentID{}, ReasonDate},
		{"29 February of no leap year", "110105190002290027", false, ResidentID{}, ReasonDate},
		{"month 13", "110105194913310022", false, ResidentID{}, ReasonDate},
		{"too old", "110105104912310022", false, ResidentID{}, ReasonDate},
		{"tomorrow", "110105202611230023", false, ResidentID{}, ReasonFuture},
		{"wrong check digit", "110105194912310021", false, ResidentID{"110105194912310021", "110105", "1949-12-31", Female, false}, ReasonChecksum},
		{"retired region", "510212198001010018", false, ResidentID{"510212198001010018", "510212", "1980-01-01", Male, false}, ReasonChecksum},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			got, err := ParseResidentID(tc.in, ResidentIDCheck{Today: today, Legacy: tc.legacy})
			if got != tc.want || reasonOf(err) != tc.reason {
				t.Errorf("got %+v, %v; want %+v, %q", got, err, tc.want, tc.reason)
			}
		})
	}
}

func TestResidentIDPosition(t *testing.T) {
	_, err := ParseResidentID("1101051949123100OX", ResidentIDCheck{})
	var invalid *InvalidError
	if !errors.As(err, &invalid) || invalid.Position != 17 {
		t.Errorf("got %v, want the 17th character", err)
	}
	if strings.Contains(err.Error(), "1101") {
		t.Errorf("the error repeats the number: %v", err)
	}
	if got, want := err.Error(), "resident_id: character at character 17"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestResidentIDBornToday(t *testing.T) {
	n, err := SyntheticResidentID(UnassignedRegion, "2026-11-22", 7)
	if err != nil {
		t.Fatal(err)
	}
	for today, want := range map[string]Reason{"2026-11-22": "", "2026-11-21": ReasonFuture, "": ""} {
		if _, err := ParseResidentID(n, ResidentIDCheck{Today: today}); reasonOf(err) != want {
			t.Errorf("today %q: got %v, want %q", today, err, want)
		}
	}
}

func TestOverridable(t *testing.T) {
	for r, want := range map[Reason]bool{ReasonChecksum: true, ReasonLength: false, ReasonDate: false} {
		if got := KindUSCC.invalid(r, 0).Overridable(); got != want {
			t.Errorf("%s: got %v, want %v", r, got, want)
		}
	}
}

func TestResidentIDCheckDigit(t *testing.T) {
	if c, err := ResidentIDCheckDigit("11010519491231002"); c != 'X' || err != nil {
		t.Errorf("got %c, %v; want X", c, err)
	}
	for body, want := range map[string]Reason{"1101051949123100": ReasonLength, "1101051949123100X": ReasonCharacter} {
		if _, err := ResidentIDCheckDigit(body); reasonOf(err) != want {
			t.Errorf("%s: got %v, want %s", body, err, want)
		}
	}
}

func TestUnassigned(t *testing.T) {
	tests := map[string]bool{
		UnassignedRegion: true, "990101": true, "001234": true,
		"110105": false, "331102": false, "810000": false, "910000": false,
		"": false, "5901": false, "59010X": false,
	}
	for region, want := range tests {
		if got := Unassigned(region); got != want {
			t.Errorf("%q: got %v, want %v", region, got, want)
		}
	}
}

// Any synthetic number parses back to its parts, and no change of one digit, nor a
// swap of neighbours, goes unnoticed (what ISO 7064 MOD 11-2 promises).
func TestSyntheticResidentID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		year, month, day := rapid.IntRange(1900, 2025).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day")
		birth := string([]byte{byte('0' + year/1000), byte('0' + year/100%10), byte('0' + year/10%10), byte('0' + year%10), '-',
			byte('0' + month/10), byte('0' + month%10), '-', byte('0' + day/10), byte('0' + day%10)})
		seq := rapid.IntRange(0, 999).Draw(t, "sequence")
		n, err := SyntheticResidentID(UnassignedRegion, birth, seq)
		if err != nil {
			t.Fatal(err)
		}
		id, err := ParseResidentID(n, ResidentIDCheck{Today: "2026-11-22"})
		if err != nil || id.Birth != birth || id.Region != UnassignedRegion || (id.Sex == Male) != (seq%2 == 1) {
			t.Fatalf("%s: got %+v, %v", n, id, err)
		}
		at := rapid.IntRange(0, 16).Draw(t, "position")
		b := []byte(n)
		b[at] = '0' + (b[at]-'0'+byte(rapid.IntRange(1, 9).Draw(t, "step")))%10
		if _, err := ParseResidentID(string(b), ResidentIDCheck{}); err == nil {
			t.Fatalf("a changed digit at %d was accepted", at+1)
		}
		b = []byte(n)
		b[at], b[(at+1)%17] = b[(at+1)%17], b[at]
		if at < 16 && b[at] != b[at+1] && residentCheck(string(b)) == n[17] {
			t.Fatalf("swapped digits at %d were accepted", at+1)
		}
	})
}

func TestSyntheticResidentIDRefuses(t *testing.T) {
	for _, in := range []struct {
		region, birth string
		seq           int
	}{{"59010", "2000-01-01", 1}, {UnassignedRegion, "2000-1-1", 1}, {UnassignedRegion, "2000-01-01", -5}, {"59010X", "2000-01-01", 1}} {
		if n, err := SyntheticResidentID(in.region, in.birth, in.seq); err == nil {
			t.Errorf("%+v: got %s", in, n)
		}
	}
}

func FuzzParseResidentID(f *testing.F) {
	f.Add("11010519491231002X")
	f.Add("110105491231002")
	f.Add("１１０１０５ ×")
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseResidentID(s, ResidentIDCheck{Today: "2026-11-22", Legacy: true})
		if err == nil && (len(id.Number) != 18 || !utf8.ValidString(id.Number) || residentCheck(id.Number) != id.Number[17]) {
			t.Errorf("accepted %+v", id)
		}
		if err == nil {
			if again, err := ParseResidentID(id.Number, ResidentIDCheck{}); err != nil || again.Number != id.Number {
				t.Errorf("the normal form does not parse: %v", err)
			}
		}
	})
}
