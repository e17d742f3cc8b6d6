package cn

import (
	"errors"
	"regexp"
	"testing"

	"pgregory.net/rapid"
)

func TestParseUSCC(t *testing.T) {
	tests := []struct {
		name, in string
		want     USCC
		reason   Reason
	}{
		{"company", "91350100M000100Y43", USCC{"91350100M000100Y43", "91", "350100", "M000100Y4"}, ""},
		{"company with letter check", "91110000101623741K", USCC{"91110000101623741K", "91", "110000", "101623741"}, ""},
		{"digits only", "911101066976941872", USCC{"911101066976941872", "91", "110106", "697694187"}, ""},
		{"lower case, groups, full width", " ９1350100-m000100y 43", USCC{"91350100M000100Y43", "91", "350100", "M000100Y4"}, ""},
		{"check should be 7", "91310115MA1H8R7C6D", USCC{"91310115MA1H8R7C6D", "91", "310115", "MA1H8R7C6"}, ReasonChecksum},
		{"empty", "", USCC{}, ReasonEmpty},
		{"short", "91350100M000100Y4", USCC{}, ReasonLength},
		{"I is not in the alphabet", "91350100I000100Y43", USCC{}, ReasonCharacter},
		{"letter in the division", "9135A100M000100Y43", USCC{}, ReasonCharacter},
		{"Han", "91350100M000100Y4号", USCC{}, ReasonCharacter},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			got, err := ParseUSCC(tc.in)
			if got != tc.want || reasonOf(err) != tc.reason {
				t.Errorf("got %+v, %v; want %+v, %q", got, err, tc.want, tc.reason)
			}
		})
	}
}

func TestUSCCCheckDigit(t *testing.T) {
	for body, want := range map[string]byte{"91310115MA1H8R7C6": '7', "91350100M000100Y4": '3', "00000000000000000": '0'} {
		if got, err := USCCCheckDigit(body); got != want || err != nil {
			t.Errorf("%s: got %c, %v; want %c", body, got, err, want)
		}
	}
	for body, want := range map[string]Reason{"9135": ReasonLength, "91350100M000100Z4": ReasonCharacter} {
		if _, err := USCCCheckDigit(body); reasonOf(err) != want {
			t.Errorf("%s: got %v, want %s", body, err, want)
		}
	}
}

// A weighted sum divisible by 31 has the check character 0, where the formula
// without its last mod 31 runs out of the alphabet.
func TestUSCCSumDivisibleBy31(t *testing.T) {
	found := 0
	for i := range 31 {
		body := "9135010000000000" + string(usccAlphabet[i])
		c, err := USCCCheckDigit(body)
		if err != nil {
			t.Fatal(err)
		}
		if c == '0' {
			found++
		}
		if _, err := ParseUSCC(body + string(c)); err != nil {
			t.Errorf("%s%c: %v", body, c, err)
		}
	}
	if found != 1 {
		t.Errorf("got the check character 0 for %d of 31 bodies, want 1", found)
	}
}

func TestParseOrganisationCode(t *testing.T) {
	tests := []struct {
		in, want string
		reason   Reason
	}{
		{"D2143569-X", "D2143569X", ""},
		{"d2143569x", "D2143569X", ""},
		{"10162374-1", "101623741", ""},
		{"D2143569-1", "D21435691", ReasonChecksum},
		{"", "", ReasonEmpty},
		{"D2143569", "", ReasonLength},
		{"D214.569X", "", ReasonCharacter},
		{"D2143569A", "", ReasonCharacter},
	}
	for _, tc := range tests {
		if got, err := ParseOrganisationCode(tc.in); got != tc.want || reasonOf(err) != tc.reason {
			t.Errorf("%s: got %s, %v; want %s, %q", tc.in, got, err, tc.want, tc.reason)
		}
	}
}

func TestOrganisationCodeCheckDigit(t *testing.T) {
	if c, err := OrganisationCodeCheckDigit("D2143569"); c != 'X' || err != nil {
		t.Errorf("got %c, %v; want X", c, err)
	}
	if c, err := OrganisationCodeCheckDigit("00000000"); c != '0' || err != nil { // 11 is written 0
		t.Errorf("got %c, %v; want 0", c, err)
	}
	for body, want := range map[string]Reason{"D214": ReasonLength, "D214356-": ReasonCharacter} {
		if _, err := OrganisationCodeCheckDigit(body); reasonOf(err) != want {
			t.Errorf("%s: got %v, want %s", body, err, want)
		}
	}
}

// The computed characters make codes that parse.
func TestCheckDigitsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		org := rapid.StringMatching(`[0-9A-HJ-NP-RTUW-Y]{8}`).Draw(t, "organisation")
		c, err := OrganisationCodeCheckDigit(org)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := ParseOrganisationCode(org + "-" + string(c)); err != nil || n != org+string(c) {
			t.Fatalf("%s%c: got %s, %v", org, c, n, err)
		}
		body := "91" + UnassignedRegion + org + string(c)
		u, err := USCCCheckDigit(body)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseUSCC(body + string(u)); err != nil || got.OrganisationCode != org+string(c) {
			t.Fatalf("%s%c: got %+v, %v", body, u, got, err)
		}
	})
}

// No change of one character of a credit code goes unnoticed: 31 is prime.
func TestUSCCNoticesOneWrongCharacter(t *testing.T) {
	const valid = "91350100M000100Y43"
	for at := range valid {
		for i := range usccAlphabet {
			if usccAlphabet[i] == valid[at] {
				continue
			}
			wrong := valid[:at] + string(usccAlphabet[i]) + valid[at+1:]
			if _, err := ParseUSCC(wrong); err == nil {
				t.Errorf("%s is accepted", wrong)
			}
		}
	}
}

// The API and the message catalogue are keyed by these codes.
func TestReasonsAreCodes(t *testing.T) {
	code := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	seen := map[Reason]bool{}
	for _, r := range []Reason{ReasonEmpty, ReasonKind, ReasonLength, ReasonCharacter, ReasonFormat, ReasonDate, ReasonFuture, ReasonChecksum, ReasonAreaCode, ReasonUnknown} {
		if !code.MatchString(string(r)) || seen[r] {
			t.Errorf("%q is no code or used twice", r)
		}
		seen[r] = true
		if got, want := KindPassport.invalid(r, 0).Error(), "passport: "+string(r); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestParseCertificate(t *testing.T) {
	tests := []struct {
		name   string
		kind   CertificateKind
		in     string
		want   string
		birth  string
		reason Reason
	}{
		{"resident", KindResidentID, "11010519491231002x", "11010519491231002X", "1949-12-31", ""},
		{"resident, wrong check", KindResidentID, "110105194912310021", "110105194912310021", "1949-12-31", ReasonChecksum},
		{"USCC", KindUSCC, "91350100m000100y43", "91350100M000100Y43", "", ""},
		{"USCC, wrong check", KindUSCC, "91310115MA1H8R7C6D", "91310115MA1H8R7C6D", "", ReasonChecksum},
		{"organisation code", KindOrganisationCode, "D2143569-X", "D2143569X", "", ""},
		{"Chinese passport", KindPassport, "e12345678", "E12345678", "", ""},
		{"new Chinese passport", KindPassport, "EA1234567", "EA1234567", "", ""},
		{"passport with a sign", KindPassport, "E1234_678", "", "", ReasonCharacter},
		{"passport too short", KindPassport, "E123", "", "", ReasonLength},
		{"passport empty", KindPassport, " ", "", "", ReasonEmpty},
		{"Hong Kong permit", KindHKMacaoPermit, "H12345678", "H12345678", "", ""},
		{"Hong Kong permit with issue number", KindHKMacaoPermit, "H1234567801", "H1234567801", "", ""},
		{"Macao permit", KindHKMacaoPermit, "m12345678", "M12345678", "", ""},
		{"permit with wrong letter", KindHKMacaoPermit, "T12345678", "", "", ReasonCharacter},
		{"Taiwan permit", KindTaiwanPermit, "12345678", "12345678", "", ""},
		{"old Taiwan permit", KindTaiwanPermit, "1234567801(B)", "1234567801B", "", ""},
		{"Taiwan permit with letters", KindTaiwanPermit, "A2345678", "", "", ReasonCharacter},
		{"residence permit", KindHMTResidence, "810000199408230021", "810000199408230021", "1994-08-23", ""},
		{"residence permit with a mainland region", KindHMTResidence, "11010519491231002X", "", "", ReasonFormat},
		{"permanent resident, old card", KindForeignResident, "can110071061501", "CAN110071061501", "", ""},
		{"permanent resident, new card", KindForeignResident, "911124198108030024", "911124198108030024", "1981-08-03", ""},
		{"permanent resident, resident's number", KindForeignResident, "11010519491231002X", "", "", ReasonFormat},
		{"permanent resident, length", KindForeignResident, "CAN1100", "", "", ReasonLength},
		{"other", KindOther, "军字第1234567号", "军字第1234567号", "", ""},
		{"other, too long", KindOther, "12345678901234567890123456789012345678901", "", "", ReasonLength},
		{"unknown kind", "driver", "1", "", "", ReasonKind},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			got, err := ParseCertificate(tc.kind, tc.in, ResidentIDCheck{Today: "2026-11-22", Legacy: true})
			if got.Number != tc.want || got.Birth != tc.birth || reasonOf(err) != tc.reason {
				t.Errorf("got %+v, %v; want %s, %s, %q", got, err, tc.want, tc.birth, tc.reason)
			}
			var invalid *InvalidError
			if errors.As(err, &invalid) && invalid.Subject != string(tc.kind) {
				t.Errorf("the error names %s, want %s", invalid.Subject, tc.kind)
			}
		})
	}
}

func TestCertificateKinds(t *testing.T) {
	seen := map[CertificateKind]bool{}
	for _, k := range CertificateKinds() {
		if seen[k] || !k.Known() {
			t.Errorf("%s: listed twice or unknown", k)
		}
		seen[k] = true
		if _, err := ParseCertificate(k, "?", ResidentIDCheck{}); reasonOf(err) == ReasonKind {
			t.Errorf("%s: has no rule", k)
		}
	}
	if CertificateKind("").Known() {
		t.Error("the empty kind is known")
	}
}

func FuzzParseCertificate(f *testing.F) {
	for i, s := range []string{"11010519491231002X", "E12345678", "H1234567801", "91350100M000100Y43", "D2143569-X"} {
		f.Add(i, s)
	}
	kinds := CertificateKinds()
	f.Fuzz(func(t *testing.T, k int, s string) {
		kind := kinds[uint(k)%uint(len(kinds))]
		c, err := ParseCertificate(kind, s, ResidentIDCheck{Today: "2026-11-22"})
		if err != nil {
			return
		}
		again, err := ParseCertificate(kind, c.Number, ResidentIDCheck{Today: "2026-11-22"})
		if err != nil || again != c {
			t.Errorf("%s: %+v became %+v, %v", kind, c, again, err)
		}
	})
}
