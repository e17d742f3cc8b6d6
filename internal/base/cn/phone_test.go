package cn

import (
	"strings"
	"testing"
)

var (
	mobile    = Phone{"13812345678", "", PhoneMobile}
	lishui    = Phone{"05782123456", "", PhoneLandline}
	extension = Phone{"05782123456", "801", PhoneLandline}
)

var phoneTests = []struct {
	name, in, area string
	want           Phone
	reason         Reason
}{
	{"mobile", "13812345678", "", mobile, ""},
	{"spaces", "138 1234 5678", "", mobile, ""},
	{"hyphens", "138-1234-5678", "", mobile, ""},
	{"full width", "１３８１２３４５６７８", "", mobile, ""},
	{"invisible characters of a copied contact", "\u202d13812345678\u202c", "", mobile, ""},
	{"+86", "+86 138 1234 5678", "", mobile, ""},
	{"0086", "0086-13812345678", "", mobile, ""},
	{"86", "8613812345678", "", mobile, ""},
	{"brackets", "(+86)13812345678", "", mobile, ""},
	{"leading zero", "013812345678", "", mobile, ""},
	{"unallocated mobile range", "15400001234", "", Phone{"15400001234", "", PhoneMobile}, ""},
	{"landline", "0578-2123456", "", lishui, ""},
	{"landline without separator", "05782123456", "", lishui, ""},
	{"landline in brackets", "（0578）2123456", "", lishui, ""},
	{"landline with +86", "+86 578 2123456", "", lishui, ""},
	{"lost zero", "5782123456", "", lishui, ""},
	{"local number", "2123456", "0578", lishui, ""},
	{"local number, area without zero", "2123456", "578", lishui, ""},
	{"Beijing", "010-65901234", "", Phone{"01065901234", "", PhoneLandline}, ""},
	{"Beijing with +86", "+861065901234", "", Phone{"01065901234", "", PhoneLandline}, ""},
	{"extension 转", "0578-2123456转801", "", extension, ""},
	{"extension 转 with spaces", "0578-2123456 转 801", "", extension, ""},
	{"extension 分机", "0578-2123456分机801", "", extension, ""},
	{"extension hyphen", "0578-2123456-801", "", extension, ""},
	{"extension ext", "0578 2123456 ext. 801", "", extension, ""},
	{"extension #", "0578-2123456#801", "", extension, ""},
	{"extension of an unbroken number", "05782123456-801", "", extension, ""},
	{"mobile in two groups", "1381234-5678", "", mobile, ""},
	{"extension local", "2123456-801", "0578", extension, ""},
	{"400", "400-800-1234", "", Phone{"4008001234", "", PhoneToll}, ""},
	{"800", "8008101234", "", Phone{"8008101234", "", PhoneToll}, ""},
	{"power service line", "95598", "", Phone{"95598", "", PhoneService}, ""},
	{"government line", "12345", "", Phone{"12345", "", PhoneService}, ""},
	{"energy regulator", "12398", "", Phone{"12398", "", PhoneService}, ""},
	{"emergency", "110", "", Phone{"110", "", PhoneService}, ""},
	{"six digits", "962288", "", Phone{"962288", "", PhoneService}, ""},
	{"eight digits", "95105105", "", Phone{"95105105", "", PhoneService}, ""},
	{"Hong Kong", "+852 9123 4567", "", Phone{"+85291234567", "", PhoneForeign}, ""},
	{"Hong Kong with 00", "0085291234567", "", Phone{"+85291234567", "", PhoneForeign}, ""},
	{"America", "+1 (650) 253-0000", "", Phone{"+16502530000", "", PhoneForeign}, ""},

	{"empty", " 　", "", Phone{}, ReasonEmpty},
	{"plus alone", "+", "", Phone{}, ReasonEmpty},
	{"words", "无电话", "", Phone{}, ReasonCharacter},
	{"bad area", "2123456", "abc", Phone{}, ReasonAreaCode},
	{"bad extension", "0578-2123456转前台", "", Phone{}, ReasonCharacter},
	{"plus inside", "138+12345678", "", Phone{}, ReasonCharacter},
	{"local number without area", "2123456", "", Phone{}, ReasonAreaCode},
	{"ten digits of a mobile", "1381234567", "", Phone{}, ReasonUnknown},
	{"twelve digits of a mobile", "138123456789", "", Phone{}, ReasonUnknown},
	{"two numbers", "0578-2123456/2123457", "", Phone{}, ReasonLength},
	{"short", "1234", "", Phone{}, ReasonLength},
	{"long", "1" + strings.Repeat("0", 60), "", Phone{}, ReasonLength},
	{"no such area", "0199-2123456", "", Phone{}, ReasonUnknown},
	{"no such country", "+999 1234567", "", Phone{}, ReasonUnknown},
}

func TestParsePhone(t *testing.T) {
	for _, tc := range phoneTests {
		t.Run(tc.name, func(t *testing.T) {
			got, err := ParsePhone(tc.in, tc.area)
			if got != tc.want || reasonOf(err) != tc.reason {
				t.Errorf("got %+v, %v; want %+v, %q", got, err, tc.want, tc.reason)
			}
		})
	}
}

func TestPhoneDisplay(t *testing.T) {
	for in, want := range map[string]string{
		"13812345678":      "13812345678",
		"057821234560":     "",
		"0578 2123456 转 8": "0578-2123456-8",
		"01065901234":      "010-65901234",
		"021-61234567":     "021-61234567",
		"400-800-1234":     "4008001234",
		"400-800-1234 转 1": "4008001234转1",
	} {
		p, err := ParsePhone(in, "")
		if (err != nil) != (want == "") || err == nil && p.Display() != want {
			t.Errorf("%s: got %q, %v; want %q", in, p.Display(), err, want)
		}
	}
}

func TestPhoneLastFour(t *testing.T) {
	for number, want := range map[string]string{"13812345678": "5678", "110": "110", "": ""} {
		if got := (Phone{Number: number}).LastFour(); got != want {
			t.Errorf("%s: got %s, want %s", number, got, want)
		}
	}
}

// The numbers of generated people must never reach anybody.
func TestUnallocatedMobilePrefix(t *testing.T) {
	for _, rest := range []string{"00000000", "12345678", "99999999"} {
		p, err := ParsePhone(UnallocatedMobilePrefix+rest, "")
		if err != nil || p.Kind != PhoneMobile || p.Allocated() {
			t.Errorf("%s: got %+v, %v, allocated %v", rest, p, err, p.Allocated())
		}
	}
}

func TestAllocated(t *testing.T) {
	for _, s := range []string{"13812345678", "0578-2123456", "95598", "+85291234567", "4008001234"} {
		p, err := ParsePhone(s, "")
		if err != nil || !p.Allocated() {
			t.Errorf("%s: got %+v, %v, not allocated", s, p, err)
		}
	}
}

func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"+86 138-1234-5678", "0578-2123456转801", "95598", "0085291234567", "１３８"} {
		f.Add(s, "0578")
	}
	f.Fuzz(func(t *testing.T, s, area string) {
		p, err := ParsePhone(s, "")
		if err == nil {
			again, err := ParsePhone(p.Number, "")
			if err != nil || again.Number != p.Number || again.Kind != p.Kind {
				t.Errorf("%+v became %+v, %v", p, again, err)
			}
			if shown, err := ParsePhone(p.Display(), ""); err != nil || shown != p {
				t.Errorf("%+v is displayed as %s, which is %+v, %v", p, p.Display(), shown, err)
			}
		}
		if p, err := ParsePhone(s, area); err == nil && p.Number == "" {
			t.Errorf("accepted an empty number")
		}
	})
}
