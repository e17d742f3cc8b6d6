package cn

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMaskName(t *testing.T) {
	for name, want := range map[string]string{
		"张丰": "张*", "张三丰": "张*丰", "张三丰子": "张**子", "欧阳修": "欧阳*", "欧阳明月": "欧阳*月", "诸葛": "诸*", "王": "*", "": "",
		"买买提·吐尔逊": "买**·***", "John Smith": "J*** *****", "𠮷川": "𠮷*", "张伟 ": "张* ", "爱新觉罗溥仪": "爱新觉罗*仪",
	} {
		if got := MaskName(name, PersonName); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if got := MaskName("丽水供电公司", OrganisationName); got != "丽水供电公司" {
		t.Errorf("an organisation became %s", got)
	}
}

func TestMaskPhone(t *testing.T) {
	for number, want := range map[string]string{
		"13812345678": "138****5678", "+86 138-1234-5678": "138****5678", "0578-2123456": "0578-212****", "01065901234": "010-6590****",
		"0578-2123456转801": "0578-212****", "2123456": "212****", "95598": "95598", "400-800-1234": "4008001234",
		"+85291234567": "+8529123****", "": "", "张伟": "**", "1234": "****", "1234567890123": "123**********",
	} {
		if got := MaskPhone(number); got != want {
			t.Errorf("%s: got %s, want %s", number, got, want)
		}
	}
}

func TestMaskCertificate(t *testing.T) {
	tests := []struct {
		kind         CertificateKind
		number, want string
	}{
		{KindResidentID, "110105194912311234", "110***********1234"},
		{KindResidentID, "110105491231002", "110********1002"},
		{KindPassport, "E12345678", "E*******8"},
		{KindHKMacaoPermit, "H1234567801", "H*********1"},
		{KindUSCC, "91350100M000100Y43", "91350100M000100Y43"},
		{KindUSCC, "92331102MA2A1B2C3D", "923***********2C3D"},
		{KindOrganisationCode, "D2143569X", "D2143569X"},
		{KindOther, "", ""},
		{KindUSCC, "", ""},
		{KindOther, "12", "**"},
	}
	for _, tc := range tests {
		if got := MaskCertificate(tc.kind, tc.number); got != tc.want {
			t.Errorf("%s %s: got %s, want %s", tc.kind, tc.number, got, tc.want)
		}
	}
	if got := MaskCertificatePublic("110105194912311234"); got != "1****************4" {
		t.Errorf("public: got %s", got)
	}
}

func TestMaskEmail(t *testing.T) {
	for address, want := range map[string]string{
		"alice@example.com": "a***@example.com", "a@example.com": "***@example.com", "张伟@例子.中国": "张***@例子.中国",
		"@example.com": "***@example.com", "alice": "***", "": "***", `"a@b"@example.com`: `"***@example.com`,
	} {
		if got := MaskEmail(address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

func TestMaskAddress(t *testing.T) {
	for address, want := range map[string]string{
		"浙江省丽水市莲都区紫金街道人民街121号3幢502室": "浙江省丽水市莲都区紫金街道人民街******",
		"宜宾市翠屏区南岸12号":                "宜宾市翠屏区******",
		"丽水市莲都区碧湖镇里河村12号":            "丽水市莲都区碧湖镇里河村******",
		"丽水市莲都区碧湖镇里河村":               "丽水市莲都区碧湖镇里河村******",
		"丽水市灯塔小区3幢2单元":               "丽水市灯塔小区******",
		"杭州市西湖区文三路5号":                "杭州市西湖区文三路******",
		"福州市鼓楼区五一路":                  "福州市鼓楼区五一路******",
		"南京市中山二路三号二单元":               "南京市中山二路******",
		"330国道12号":                   "330国道******",
		"上海市徐汇区漕溪路1200弄35号":          "上海市徐汇区漕溪路******",
		"石家庄市长安区中央大厦5楼":              "石家庄市长安区******",
		"人民路国贸大厦Ａ座１２０１":              "人民路******",
		"丽水市莲都区紫金街道":                 "丽水市莲都区紫金街道******",
		"大塘村八组":                      "大塘村******",
		"阿巴嘎旗别力古台苏木":                 "阿巴嘎旗别力古台苏木******",
		"东门外老槐树旁":                    "******",
		"12号":                        "******",
		"":                           "",
		"  ":                         "",
	} {
		if got := MaskAddress(address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// Whatever road or village stands before it, the house is never shown.
func TestMaskAddressHidesTheHouse(t *testing.T) {
	divisions := []string{"浙江省丽水市莲都区", "重庆市", "石家庄市长安区", "阿拉善盟阿拉善左旗", ""}
	roads := []string{"人民街", "五一路", "中山二路", "318国道", "里河村", "灯塔小区", "八一大道", "三里屯", "南大街", "白云山庄"}
	houses := []string{"121号", "７幢", "十二号", "9-3-501", "3单元502室", "12弄5支弄8号", "八组"}
	rapid.Check(t, func(t *rapid.T) {
		division, road, house := rapid.SampledFrom(divisions).Draw(t, "division"), rapid.SampledFrom(roads).Draw(t, "road"), rapid.SampledFrom(houses).Draw(t, "house")
		if got, want := MaskAddress(division+road+house), division+road+maskedHouse; got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
}

// No mask may show the whole of what it hides.
func FuzzMasks(f *testing.F) {
	for _, s := range []string{"13812345678", "张伟", "a@b.c", "人民路12号", "110105194912311234", "\xff\xff\xff\xff\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		masks := map[string]string{
			"certificate": MaskCertificate(KindOther, s), "public": MaskCertificatePublic(s),
		}
		for mask, shown := range masks {
			if strings.TrimSpace(s) != "" && !strings.Contains(s, "*") && strings.Contains(shown, s) {
				t.Errorf("%s: %q is shown as %q", mask, s, shown)
			}
		}
		if at := strings.LastIndexByte(s, '@'); at > 0 && strings.HasPrefix(MaskEmail(s), s[:at]) && !strings.Contains(s, "*") {
			t.Errorf("email: %q is shown as %q", s, MaskEmail(s))
		}
		if a := MaskAddress(s); a != "" && !strings.HasSuffix(a, maskedHouse) {
			t.Errorf("address: %q is shown as %q", s, a)
		}
		if p, err := ParsePhone(s, ""); err == nil && p.Kind == PhoneMobile && strings.Contains(MaskPhone(s), p.Number) {
			t.Errorf("phone: %q is shown", s)
		}
	})
}
