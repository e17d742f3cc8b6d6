package demo

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
)

// pattern is a kind of case that comes again and again.
type pattern struct {
	weight   int
	kind     feedback.Type
	category string
	who      string // solves it
	days     int    // at the most, but for the late ones
	finding  string
	text     string
	answer   string
}

// patterns are what the people of a county call about.
var patterns = []pattern{
	{24, feedback.Inquiry, "business.billing", "", 0, "", "咨询本月电费怎么算的，是不是已经进入第二档。", "已按抄见电量逐档说明电费构成，客户表示清楚。"},
	{10, feedback.Inquiry, "business.change", "", 0, "", "咨询租户退租后怎么办理过户和销户。", "已说明所需材料和办理渠道。"},
	{16, feedback.Fault, "fault.low_voltage", "metering", 0, "product", "家里突然没电，隔壁有电，空开推不上去。", "接户线接头松动，已紧固并恢复供电。"},
	{12, feedback.Complaint, "business.reading", "billing", 6, "management", "这个月没人来抄表，电费却比上月高很多。", "现场复核示数，估抄部分已在本期退补，并恢复逐月抄表。"},
	{8, feedback.Complaint, "outage.notice", "complaint", 5, "management", "停电前没有收到任何通知，冰柜里的货化了。", "已说明停电原因并登记短信通知，纳入重点通知名单。"},
	{6, feedback.Complaint, "service.attitude", "complaint", 5, "management", "打电话咨询，接线人员没说完就挂了。", "已核听录音并致歉，对当班人员进行培训。"},
	{5, feedback.Complaint, "quality.voltage", "metering", 7, "product", "晚上电压低，空调启动不了，灯也发暗。", "台区负荷偏高，已调整三相负荷，电压恢复合格。"},
	{4, feedback.Complaint, "business.connection", "manager", 8, "management", "报装申请交了以后一直没有人上门勘查。", "已完成现场勘查并答复供电方案。"},
	{7, feedback.ServiceRequest, "request.meter", "metering", 4, "none", "怀疑电表走得快，申请校验。", "现场校验误差合格，已向客户出示结果。"},
	{5, feedback.Opinion, "outage.notice", "complaint", 6, "none", "希望停电通知早一天发，并写清楚几点来电。", "已采纳，通知提前一天发送并注明时段。"},
	{3, feedback.Suggestion, "service.items", "manager", 6, "none", "建议营业厅中午也留一个窗口。", "已列入排班，午间保留一个窗口。"},
}

const (
	pastEach    = 60 // cases of a company at the most
	pastPer     = 80 // customers for each
	pastPersons = 60 // they came from
	pastFirst   = 45 // days ago the newest of them came; the stories tell of the time since
	pastDays    = 350
)

// makePastCases tells of the year before the days that are told in full.
func (b *builder) makePastCases(ctx context.Context) error {
	if !b.options.History {
		return nil
	}
	was := b.now
	defer func() { b.now = was }()
	b.now = b.end.Add(-(pastDays + 1) * 24 * time.Hour)
	for _, p := range companies {
		if err := b.routes(ctx, p.Code); err != nil {
			return err
		}
	}
	scenes, err := b.tell(ctx, pastPersons, func(n int) []story { return pastStories(b.options.Seed, n, b.options.Customers) })
	if err != nil {
		return err
	}
	return b.play(scenes)
}

// pastStories are cases of the year before the stories: what figures are made of.
func pastStories(seed uint64, company, customers int) []story {
	r := rand.New(rand.NewPCG(seed, uint64(1000+company)))
	all := make([]story, min(pastEach, customers/pastPer))
	for i := range all {
		all[i] = drawPattern(r).story(r)
	}
	return all
}

func drawPattern(r *rand.Rand) pattern {
	sum := 0
	for _, p := range patterns {
		sum += p.weight
	}
	n := r.IntN(sum)
	for _, p := range patterns {
		if n -= p.weight; n < 0 {
			return p
		}
	}
	return patterns[0]
}

// story tells one case of the pattern: one of eight late, one of six without a verdict
// that pleases.
func (p pattern) story(r *rand.Rand) story {
	s := story{ago: (pastFirst+r.IntN(pastDays-pastFirst))*daily + r.IntN(8*hourly), kind: p.kind, category: p.category, known: r.IntN(pastPersons), text: p.text, answer: p.answer}
	if p.who == "" {
		s.steps = []did{{0, "agent", "at_once", ""}, {daily, "agent", "close", "not_needed"}}
		return s
	}
	s.steps = []did{{20 + r.IntN(60), p.who, "accept", ""}}
	if p.kind == feedback.Fault {
		s.steps = append(s.steps, did{20 + r.IntN(30), p.who, "arrived", ""}, did{30 + r.IntN(90), p.who, "restored", ""}, did{10, p.who, "resolve", p.finding})
	} else {
		days := 1 + r.IntN(p.days)
		if r.IntN(8) == 0 {
			days += 14
		}
		s.steps = append(s.steps, did{60 + r.IntN(10*hourly), p.who, "contacted", "已电话联系客户，了解经过"}, did{days * daily, p.who, "resolve", p.finding})
	}
	if r.IntN(6) == 0 {
		s.steps = append(s.steps, did{3 * daily, "agent", "close", "unreachable"})
	} else {
		s.steps = append(s.steps, did{daily, "agent", "satisfied", ""})
	}
	return s
}
