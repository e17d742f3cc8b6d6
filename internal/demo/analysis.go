package demo

import (
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// judgement is what may be said of a customer in one respect, with its mark.
type judgement struct {
	level int
	text  string
}

var ofBusinesses = map[customer.Aspect][]judgement{
	customer.Attitude: {{5, "对供电服务评价高，乐于参加座谈，愿意作为示范用户。"}, {4, "态度友好，安全检查时主动配合，意见当面提出。"},
		{3, "关系平稳，联系以电费事务为主。"}, {2, "对去年两次停电仍有怨言，走访时语气冷淡，需主管出面沟通。"}},
	customer.Performance: {{5, "近两年按期足额交费，无违约用电记录。"}, {4, "交费及时；用电检查发现一处隐患，已按期整改。"},
		{3, "偶有逾期三五天，催交后即付；无遗留争议。"}, {2, "最近半年两次逾期，自备电源告知书尚未签回。"}},
	customer.Production: {{5, "订单饱满，三班生产，第二条生产线已投运。"}, {4, "生产经营正常，用工稳定，用电量与产量同步增长。"},
		{3, "受行业淡季影响，部分设备轮停，预计下季度恢复。"}, {2, "订单下滑，已停一条生产线，关注用电量变化。"}},
	customer.Credit: {{5, "信用等级优，银行代扣从未退票。"}, {4, "信用良好，预存电费充足。"}, {3, "信用一般，建议执行分次结算。"}, {2, "有欠费记录，已签分期协议，正在履行。"}},
	customer.Demand: {{0, "计划明年扩建厂房，预计新增容量约三成，需提前安排供电方案。"}, {0, "希望得到分时用能分析，把部分工序移到低谷。"},
		{0, "关心电能质量，精密设备对电压暂降敏感，询问治理办法。"}, {0, "询问屋顶光伏和储能，已约现场踏勘。"}},
	customer.Potential: {{5, "综合能源服务意向明确：光伏、储能、能效改造均有条件。"}, {4, "锅炉可电能替代，年增售电量可观。"},
		{3, "现有设备利用率不高，近期增容可能性不大。"}, {2, "拟搬迁到邻县，售电量有流失可能。"}},
}

var ofPersons = map[customer.Aspect][]judgement{
	customer.Attitude:    {{5, "对上门服务很满意，主动在邻里间介绍电子账单。"}, {3, "往来不多，态度平和。"}, {2, "对阶梯电价有意见，解释后仍有保留。"}},
	customer.Performance: {{5, "每月自动扣款，无逾期。"}, {3, "偶有遗忘，短信提醒后当日交清。"}, {2, "租客更替频繁，曾两次逾期。"}},
	customer.Demand:      {{0, "准备安装家用充电桩，关心分时电价。"}, {0, "老人独居，希望停电时电话提前告知。"}, {0, "民宿改造，考虑改三相供电。"}},
}

// analyses draws judgements of a customer within the last year and a half: of
// every business, and of a few persons. Of large ones there is an earlier one.
func (b *builder) analyses(company int, c Customer, customerID id.ID) (past []customer.PastAnalysis) {
	r := b.world.rand("analysis", company, c.Number)
	texts, share, role := ofBusinesses, 65, "manager"
	switch {
	case c.Account.HighVolt:
		share = 100
	case c.Person && !chance(r, 6):
		return nil
	case c.Person:
		texts, share, role = ofPersons, 70, "clerk"
	}
	for _, aspect := range slices.Sorted(maps.Keys(texts)) {
		if !chance(r, share) {
			continue
		}
		add := func(days int) {
			past = append(past, b.judged(r, company, role, customerID, aspect, pick(r, texts[aspect]), days))
		}
		if c.Account.HighVolt && chance(r, 30) {
			add(300 + r.IntN(250))
		}
		add(5 + r.IntN(280))
	}
	return past
}

func (b *builder) judged(r *rand.Rand, company int, role string, of id.ID, aspect customer.Aspect, j judgement, days int) customer.PastAnalysis {
	at := b.workday(r, days)
	p := customer.PastAnalysis{CustomerID: of, Author: b.author(role, company), At: at}
	p.AnalysisInput = customer.AnalysisInput{Aspect: aspect, Level: j.level, On: at.Add(-24 * time.Hour).Day(), Text: j.text}
	return p
}

// remark is what somebody notes of a customer.
type remark struct {
	role, text   string
	confidential bool
}

var remarksOf = map[bool][]remark{
	true: {
		{"clerk", "门牌已换新号，上门时走小区北门。", false}, {"clerk", "听力不好，请尽量发短信或由子女转告。", false},
		{"metering", "表箱在二楼楼道，钥匙在物业。", false}, {"agent", "要求来电避开中午休息时间。", false},
		{"complaint", "曾为邻里公用电费起争执，答复时注意措辞。", true}, {"clerk", "户主常年在外，由隔壁亲戚代管。", false},
	},
	false: {
		{"manager", "进厂须登记并穿防护鞋；配电房在厂区东侧。", false}, {"manager", "电气负责人已更换，新联系方式待补。", false},
		{"manager", "负责人透露年底可能转让厂房，暂勿外传。", true}, {"metering", "计量柜封印已核对，与记录一致。", false},
		{"clerk", "发票每月寄送财务部，不要放门卫。", false}, {"complaint", "反映电压波动影响设备，正在监测。", false},
	},
}

// notes draws remarks of one of ten persons and one of four businesses.
func (b *builder) notes(company int, c Customer, customerID id.ID) (past []customer.PastNote) {
	r := b.world.rand("note", company, c.Number)
	share := 25
	if c.Person {
		share = 10
	}
	for chance(r, share) && len(past) < 3 {
		k := pick(r, remarksOf[c.Person])
		past = append(past, customer.PastNote{CustomerID: customerID, Author: b.author(k.role, company), At: b.workday(r, 3+r.IntN(500)),
			NoteInput: customer.NoteInput{Text: k.text, Confidential: k.confidential}})
	}
	return past
}

var (
	tagsOfPersons    = []string{"电子账单", "充电桩", "独居老人", "屋顶光伏", "短信通知", "民宿", "分时电价"}
	tagsOfBusinesses = []string{"屋顶光伏", "分时电价", "节能诊断", "冷链", "外资", "规上企业", "夜间生产", "电能替代"}
)

// tags draws up to two; important accounts have theirs.
func (w *World) tags(company int, c Customer) (tags []string) {
	r := w.rand("tag", company, c.Number)
	from, share := tagsOfBusinesses, 45
	if c.Person {
		from, share = tagsOfPersons, 16
	}
	if c.Account.Important > 0 {
		tags = append(tags, "重要用户")
	}
	for len(tags) < 2 && chance(r, share) {
		if t := pick(r, from); !slices.Contains(tags, t) {
			tags = append(tags, t)
		}
	}
	return tags
}
