package demo

import (
	"math/rand/v2"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/money"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// contact is something that happens between company and customer.
type contact struct {
	mode             customer.Mode
	role             string // whose work it is, as in logins
	purpose, content string
	costFen          money.Fen
}

// contacts by kind of customer: households on the left, others on the right.
var contacts = map[bool][]contact{
	true: {
		{customer.Call, "agent", "咨询电费", "客户询问本月电费比上月高的原因，已说明气温升高、阶梯档位变化。", 0},
		{customer.Call, "agent", "故障报修", "反映家中突然停电，邻居有电；指导检查漏电保护器后恢复。", 0},
		{customer.Counter, "clerk", "办理过户", "核对证件与房产证明，费用结清，当场办结。", 0},
		{customer.Counter, "clerk", "查询用电", "打印近十二个月电量清单。", 0},
		{customer.SMS, "clerk", "停电通知", "已发送计划停电短信。", 10},
		{customer.Visit, "metering", "核查电表", "客户怀疑电表走快，现场校验合格，已告知结果。", 3000},
		{customer.Call, "complaint", "意见回访", "对抄表时间提出意见，已解释并约定提前告知。", 0},
		{customer.Chat, "clerk", "电子账单", "协助绑定户号，开通电子账单。", 0},
	},
	false: {
		{customer.Visit, "manager", "定期走访", "了解下季度生产安排，预计负荷增加约一成；提醒功率因数偏低。", 12000},
		{customer.Call, "manager", "检修配合", "通知线路检修计划，客户同意调整班次。", 0},
		{customer.Meeting, "manager", "用能座谈", "介绍分时电价与错峰办法，客户希望得到用能分析。", 26000},
		{customer.Call, "agent", "增容咨询", "咨询增容流程与时限，已转客户经理跟进。", 0},
		{customer.Counter, "clerk", "开具发票", "开具增值税发票。", 0},
		{customer.Visit, "metering", "轮换电表", "到期轮换计量装置，双方签字确认示数。", 8000},
		{customer.Mail, "manager", "安全告知", "送达自备应急电源使用告知书。", 500},
		{customer.Call, "complaint", "电压质量", "反映夜间电压偏低，已安排监测，次日答复。", 0},
	},
}

// past is what two years leave of customers.
type past struct {
	events        []customer.Entry
	contacts      []customer.PastInteraction
	analyses      []customer.PastAnalysis
	notes         []customer.PastNote
	contracts     []supply.Contract
	installations []installed
}

// installed is a state of the own installation of an account.
type installed struct {
	account id.ID
	supply.InstallationInput
}

func (p *past) add(b *builder, company int, county id.ID, c Customer, customerID, account id.ID) {
	p.events = append(p.events, b.supplyEvents(county, c, customerID, account)...)
	p.contacts = append(p.contacts, b.history(company, c, customerID)...)
	p.analyses = append(p.analyses, b.analyses(company, c, customerID)...)
	p.notes = append(p.notes, b.notes(company, c, customerID)...)
	p.contracts = append(p.contracts, b.world.contracts(company, c, account)...)
	for _, state := range b.world.installations(company, c) {
		p.installations = append(p.installations, installed{account, state})
	}
}

// keepTx writes all of it; customers and accounts are there.
func (p *past) keepTx(tx *db.Tx, b *builder, from customer.Batch) error {
	for _, i := range p.installations {
		if err := b.Supply.BeginInstallationTx(tx, b.actor, from.OrgID, i.account, i.InstallationInput); err != nil {
			return err
		}
	}
	for _, keep := range []func() error{
		func() error { return b.Customers.TimelineTx(tx, p.events...) },
		func() error { return b.Customers.LogManyTx(tx, from, p.contacts) },
		func() error { return b.Customers.AnalyseManyTx(tx, from, p.analyses) },
		func() error { return b.Customers.NoteManyTx(tx, from, p.notes) },
		func() error { return b.Supply.CreateContractsTx(tx, b.actor, from.OrgID, p.contracts) },
	} {
		if err := keep(); err != nil {
			return err
		}
	}
	return nil
}

// history draws the contacts of a customer over the last two years, the oldest
// first, so that there are about twelve events of each.
func (b *builder) history(company int, c Customer, customerID id.ID) []customer.PastInteraction {
	r := b.world.rand("history", company, c.Number)
	n := 5 + r.IntN(6) // twelve events on average, with creation, supply and judgements
	past := make([]customer.PastInteraction, n)
	day := 690 / n
	for i := range past {
		k := pick(r, contacts[c.Person])
		past[i] = customer.PastInteraction{CustomerID: customerID, Author: b.author(k.role, company)}
		past[i].At = b.at(r, 690-i*day-r.IntN(day))
		past[i].Mode, past[i].CostFen = k.mode, k.costFen
		past[i].InteractionBody = customer.InteractionBody{Purpose: k.purpose, Content: k.content}
	}
	return past
}

// at is a working hour so many days ago.
func (b *builder) at(r *rand.Rand, days int) when.Instant {
	t := b.end.Add(-time.Duration(days) * 24 * time.Hour).Time()
	return when.At(time.Date(t.Year(), t.Month(), t.Day(), 8+r.IntN(10), r.IntN(60), 0, 0, when.Zone))
}

func (b *builder) author(role string, company int) audit.Actor {
	login := role + companies[company].Code
	return audit.Actor{ID: b.users[login], Name: b.names[login]}
}

// supplyEvents tell on the timeline how the customer came to be supplied.
func (b *builder) supplyEvents(county id.ID, c Customer, customerID, account id.ID) []customer.Entry {
	opened, err := c.Opened.Time()
	if err != nil {
		panic(err) // the day is drawn by us
	}
	entry := func(kind string, at when.Instant, params map[string]any) customer.Entry {
		return customer.Entry{OrgID: county, CustomerID: customerID, At: at, Kind: kind, Params: params, Actor: b.actor, SourceType: "account", SourceID: account}
	}
	at := when.At(opened).Add(10 * time.Hour)
	return []customer.Entry{
		entry("supply.account_joined", at, map[string]any{"account_no": c.Account.No, "contract_va": c.Account.CapacityVA}),
		entry("supply.meter_installed", at.Add(5*time.Hour), map[string]any{"account_no": c.Account.No, "asset_no": c.Account.MeterNo}),
	}
}
