package cn

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

var personTests = []struct{ name, full, initials string }{
	{"张伟", "zhangwei", "zw"},
	{"张　伟", "zhangwei", "zw"},
	{"单雄信", "shanxiongxin", "sxx"},
	{"曾国藩", "zengguofan", "zgf"},
	{"仇英", "qiuying", "qy"},
	{"解晓东", "xiexiaodong", "xxd"},
	{"查良镛", "zhaliangyong", "zly"},
	{"区志航", "ouzhihang", "ozh"},
	{"任长霞", "renchangxia", "rcx"},
	{"华罗庚", "hualuogeng", "hlg"},
	{"盖叫天", "gejiaotian", "gjt"},
	{"乐嘉", "yuejia", "yj"},
	{"覃辉", "qinhui", "qh"},
	{"翟天临", "zhaitianlin", "ztl"},
	{"朴树", "piaoshu", "ps"},
	{"缪骞人", "miaoqianren", "mqr"},
	{"员晓霞", "yunxiaoxia", "yxx"},
	{"召存信", "shaocunxin", "scx"},
	{"洗星海", "xianxinghai", "xxh"},
	{"种师道", "chongshidao", "csd"},
	{"秘丽华", "bilihua", "blh"},
	{"郇金龙", "xunjinlong", "xjl"},
	{"隗福临", "weifulin", "wfl"},
	{"逄先知", "pangxianzhi", "pxz"},
	{"乜丽", "nieli", "nl"},
	{"薄一波", "boyibo", "byb"},
	{"句践", "goujian", "gj"},
	{"黑明", "heming", "hm"},
	{"繁钦", "poqin", "pq"},
	{"尉迟恭", "yuchigong", "ycg"},
	{"尉健行", "weijianxing", "wjx"},
	{"长孙无忌", "zhangsunwuji", "zswj"},
	{"万俟卨", "moqixie", "mqx"},
	{"单于飞", "chanyufei", "cyf"},
	{"澹台灭明", "tantaimieming", "ttmm"},
	{"令狐冲", "linghuchong", "lhc"},
	{"欧阳修", "ouyangxiu", "oyx"},
	{"乐正绫", "yuezhengling", "yzl"},
	{"爱新觉罗溥仪", "aixinjueluopuyi", "axjlpy"},
	{"歐陽鋒", "ouyangfeng", "oyf"},
	{"吕布", "lvbu", "lb"},
	{"李略", "lilve", "ll"},
	{"王晟", "wangsheng", "ws"},
	{"李焘", "litao", "lt"},
	{"陈乐乐", "chenlele", "cll"},
	{"李重庆", "lichongqing", "lcq"},
	{"赵朝晖", "zhaozhaohui", "zzh"},
	{"王厦", "wangxia", "wx"},
	{"于都", "yudu", "yd"},
	{"买买提·吐尔逊", "maimaitituerxun", "mmttex"},
	{"㐱𠮷", "zhenji", "zj"},
	{"John Smith", "johnsmith", "johnsmith"},
	{"René Müller", "renemuller", "renemuller"},
	{"Ａ王3", "awang3", "aw3"},
	{"Иван", "", ""},
	{"\U000323af\U0010ffff", "", ""},
	{"王\U000323af", "wang", "w"},
	{"", "", ""},
	{"?!·", "", ""},
}

func TestPinyinOfPersons(t *testing.T) {
	for _, tc := range personTests {
		full, initials := Pinyin(tc.name, PersonName)
		if full != tc.full || initials != tc.initials {
			t.Errorf("%s: got %s, %s; want %s, %s", tc.name, full, initials, tc.full, tc.initials)
		}
	}
}

func TestPinyinOfPlaces(t *testing.T) {
	for name, want := range map[string]string{
		"重庆": "chongqing", "六安": "luan", "蚌埠": "bengbu", "台州": "taizhou", "丽水": "lishui", "莆田": "putian",
		"亳州": "bozhou", "浚县": "xunxian", "乐清": "yueqing", "厦门": "xiamen", "长沙": "changsha", "朝阳": "chaoyang",
		"东莞": "dongguan", "大埔": "dabu", "番禺": "panyu", "涪陵": "fuling", "郫都": "pidu", "犍为": "qianwei",
		"成都": "chengdu", "都江堰": "dujiangyan", "西藏": "xizang", "喀什": "kashi", "什邡": "shifang", "单县": "shanxian",
		"东阿": "donge", "中牟": "zhongmu", "枞阳": "zongyang", "涡阳": "guoyang", "铅山": "yanshan", "洪洞": "hongtong",
		"蔚县": "yuxian", "乐亭": "laoting", "乐陵": "laoling", "大城县": "daichengxian", "大城市": "dachengshi", "宝坻": "baodi",
		"荥阳": "xingyang", "荥经": "yingjing", "筠连": "junlian", "南京六合": "nanjingluhe", "六合街": "liuhejie",
		"莘庄": "xinzhuang", "莘县": "shenxian", "东涌": "dongchong", "会稽山": "kuaijishan", "会理": "huili", "黄陂": "huangpi",
		"乐山": "leshan", "任丘": "renqiu", "尉氏": "weishi", "尉犁": "yuli", "十里堡": "shilipu", "吴堡": "wubu",
		"井陉": "jingxing", "盱眙": "xuyi", "邛崃": "qionglai", "歙县": "shexian", "儋州": "danzhou", "珲春": "hunchun",
		"泌阳": "biyang", "伽师": "jiashi", "重慶": "chongqing", "栟茶": "bencha", "深圳": "shenzhen", "秭归": "zigui",
	} {
		if got, _ := Pinyin(name, PlaceName); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestPinyinOfOrganisations(t *testing.T) {
	for name, want := range map[string]string{
		"中国工商银行丽水分行":  "zhongguo gongshangyinhanglishuifenhang",
		"民生银行长沙分行":    "minshengyinhangchangshafenhang",
		"市中行政服务中心":    "shizhongxingzhengfuwuzhongxin",
		"第一人民医院长宁分院":  "diyirenminyiyuanchangningfenyuan",
		"丽水供电公司调度中心":  "lishuigongdiangongsidiaoduzhongxin",
		"某某给排水有限公司":   "moumoujipaishuiyouxiangongsi",
		"音乐培训学校":      "yinyuepeixunxuexiao",
		"快乐幼儿园":       "kuaileyoueryuan",
		"金都大厦物业":      "jindudashawuye",
		"重工机械厂":       "zhonggongjixiechang",
		"佳乐家超市":       "jialejiachaoshi",
		"空调经营部":       "kongtiaojingyingbu",
		"永兴会计师事务所":    "yongxingkuaijishishiwusuo",
		"单氏饭店":        "shanshifandian",
		"单位宿舍":        "danweisushe",
		"TCL王牌（丽水）2部": "tclwangpailishui2bu",
		"长城汽车行":       "changchengqichehang",
		"阿胶专卖店":       "ejiaozhuanmaidian",
		"地产开发":        "dichankaifa",
		"佛山佛光":        "foshanfoguang",
	} {
		if got, _ := Pinyin(name, OrganisationName); got != strings.ReplaceAll(want, " ", "") {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestOtherPinyin(t *testing.T) {
	for name, want := range map[string][2]string{
		"覃辉":  {"tanhui", "th"}, // another family
		"翟天临": {"ditianlin", "dtl"},
		"盖叫天": {"gaijiaotian", "gjt"},
		"单雄信": {"danxiongxin", "dxx"}, // everyday reading
		"万俟卨": {"wansixie", "wsx"},
		"单于飞": {"shanyufei", "syf"},
		"张伟":  {}, "欧阳修": {}, "": {}, "abc": {}, "任长霞": {},
	} {
		full, initials, ok := OtherPinyin(name)
		if full != want[0] || initials != want[1] || ok != (want[0] != "") {
			t.Errorf("%s: got %s, %s, %v; want %s", name, full, initials, ok, want)
		}
	}
}

func TestSortKeyOrder(t *testing.T) {
	inOrder := []string{
		"3号变电所", "Abb公司", "TCL王牌", // numbers, then letters
		"阿里", "安徽", "曾国藩", "张", "张三", "张伟", "张伟东", "章三", "章伟", "长孙无忌", "赵六", "朱一",
		"\U000323af甲", // no reading known
	}
	got := slices.Clone(inOrder)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return strings.Compare(SortKey(a, PersonName), SortKey(b, PersonName)) })
	if !slices.Equal(got, inOrder) {
		t.Errorf("got %q\nwant %q", got, inOrder)
	}
}

func TestSortKey(t *testing.T) {
	tests := []struct {
		name string
		kind NameKind
		want string
	}{
		{"张伟", PersonName, "zhang1张wei3伟"},
		{"单位", PlaceName, "dan1单wei4位"},
		{"单伟", PersonName, "shan4单wei3伟"},
		{"吕（Lv）2", PersonName, "lv3吕LV2"},
		{"", PersonName, ""},
		{strings.Repeat("一", 30), PlaceName, strings.Repeat("yi1一", sortKeyUnits)},
	}
	for _, tc := range tests {
		if got := SortKey(tc.name, tc.kind); got != tc.want {
			t.Errorf("%s: got %s, want %s", tc.name, got, tc.want)
		}
	}
}

// The order of two names is that of their first differing character.
func TestSortKeyComparesCharacterByCharacter(t *testing.T) {
	han := []rune("安长大单广华李六区任王伟一乐曾张章赵重")
	rapid.Check(t, func(t *rapid.T) {
		prefix := rapid.SliceOfN(rapid.SampledFrom(han), 0, 5).Draw(t, "prefix")
		a, b := rapid.SampledFrom(han).Draw(t, "a"), rapid.SampledFrom(han).Draw(t, "b")
		rest := rapid.SliceOfN(rapid.SampledFrom(han), 0, 3).Draw(t, "rest")
		x, y := SortKey(string(prefix)+string(a)+string(rest), PersonName), SortKey(string(prefix)+string(b), PersonName)
		if a == b && (strings.Compare(x, y) < 0) {
			t.Fatalf("a longer name sorts before its beginning: %s, %s", x, y)
		}
		if a != b && strings.HasPrefix(x, y) {
			t.Fatalf("%s begins with %s", x, y)
		}
	})
}

func FuzzPinyin(f *testing.F) {
	for _, s := range []string{"单雄信", "长孙无忌", "重庆TCL", "\U000323af", "\xff张", "買買提·x", "単"} {
		f.Add(s, uint8(0))
	}
	f.Fuzz(func(t *testing.T, s string, k uint8) {
		kind := NameKind(k % 3)
		full, initials := Pinyin(s, kind)
		if full != asciiOnly(full) || initials != asciiOnly(initials) || len(initials) > len(full) {
			t.Errorf("%q: got %q, %q", s, full, initials)
		}
		if other, _, ok := OtherPinyin(s); ok && other == "" {
			t.Errorf("%q: empty other reading", s)
		}
		if key := SortKey(s, kind); !utf8.ValidString(key) {
			t.Errorf("%q: key %q", s, key)
		}
		MaskName(s, kind)
	})
}
