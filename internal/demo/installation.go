package demo

import (
	"fmt"
	"math/rand/v2"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
)

// tolerable is how long the supply of an account may be interrupted, in minutes,
// by its importance.
var tolerable = []int64{120, 30, 10, 1}

// installations draws the states of the own installation of an account at high
// voltage, the oldest first. One of three was rebuilt.
func (w *World) installations(company int, c Customer) []supply.InstallationInput {
	if !c.Account.HighVolt {
		return nil
	}
	r := w.rand("installation", company, c.Number)
	now := w.installation(r, company, c)
	rebuilt := timeOf(w.now.Day()).AddDate(0, 0, -60-r.IntN(600))
	if !chance(r, 35) || !rebuilt.AddDate(-1, 0, 0).After(timeOf(c.Opened)) {
		return []supply.InstallationInput{now}
	}
	before := now
	before.Generation, before.CompensationVar, before.Staff = nil, now.CompensationVar*2/3, now.Staff[:1]
	now.ValidFrom = dayOf(rebuilt)
	now.Documents = documents("改造工程", dayOf(rebuilt.AddDate(0, -2, 0)), dayOf(rebuilt.AddDate(0, 0, -3)))
	return []supply.InstallationInput{before, now}
}

func (w *World) installation(r *rand.Rand, company int, c Customer) supply.InstallationInput {
	opened := timeOf(c.Opened)
	in := supply.InstallationInput{ValidFrom: c.Opened, TolerableMin: tolerable[c.Account.Important], CompensationVar: c.Account.CapacityVA * (24 + r.Int64N(8)) / 100,
		Protection: pick(r, protections), Sources: w.sources(company, c), Generation: generation(r, c),
		Documents: documents("受电工程", dayOf(opened.AddDate(0, -2, 0)), dayOf(opened.AddDate(0, 0, -3)))}
	if c.Account.Important > 0 || chance(r, 40) {
		in.SecurityLoadW = c.Account.CapacityVA * (4 + r.Int64N(9)) / 100 / 1000 * 1000
	}
	for range 1 + r.IntN(3) {
		in.Staff = append(in.Staff, w.duty(r))
	}
	return in
}

var protections = []string{
	"进线柜设过电流、电流速断和零序保护；避雷器装于进线侧；变压器设温度保护。",
	"微机保护装置，定时限过流、速断、单相接地告警；高压侧装氧化锌避雷器。",
	"负荷开关加熔断器保护变压器；进线设避雷器；低压总开关设过载、短路和欠压保护。",
}

func (w *World) sources(company int, c Customer) []supply.Source {
	line, voltage, kind := "10kV "+companies[company].Towns[c.Town].Stem()+"线", "AC00101", "dedicated_transformer"
	if c.Account.CapacityVA > 3_000_000 {
		line, voltage, kind = "35kV专线", "AC00351", "dedicated_line"
	}
	all := []supply.Source{{Role: "main", Kind: kind, Name: line, Voltage: voltage, CapacityVA: c.Account.CapacityVA}}
	if c.Account.Important > 1 {
		other := companies[company].Towns[(c.Town+1)%len(companies[company].Towns)].Stem()
		all = append(all, supply.Source{Role: "standby", Kind: "dedicated_transformer", Name: "10kV " + other + "线", Voltage: "AC00101", CapacityVA: c.Account.CapacityVA / 2})
	}
	return all
}

func generation(r *rand.Rand, c Customer) (all []supply.Generation) {
	if c.Account.Important > 0 || chance(r, 35) {
		all = append(all, supply.Generation{Kind: "diesel", CapacityVA: c.Account.CapacityVA / 4, Interlock: "双投刀闸机械闭锁，与电网不能并列"})
	}
	if chance(r, 18) {
		all = append(all, supply.Generation{Kind: "pv", CapacityVA: c.Account.CapacityVA / 3, Interlock: "逆变器防孤岛保护，并网点设可视断开点"})
	}
	if c.Account.Important > 1 {
		all = append(all, supply.Generation{Kind: "ups", CapacityVA: 60_000, Interlock: "在线式，不向电网反送"})
	}
	return all
}

var qualifications = []string{"高压电工作业操作证", "高压电工作业操作证，电工三级", "电气试验作业操作证", "低压电工作业操作证"}

// duty draws a person on duty; some licences are about to end or have ended.
func (w *World) duty(r *rand.Rand) supply.Duty {
	year := 1966 + r.IntN(34)
	return supply.Duty{Name: w.names.person(r, cn.Male, year), Phone: mobile(r), Qualification: pick(r, qualifications),
		LicenceNo:  "T" + residentID(r, cn.Male, fmt.Sprintf("%d-%02d-%02d", year, 1+r.IntN(12), 1+r.IntN(28))),
		ValidUntil: dayOf(timeOf(w.now.Day()).AddDate(0, 0, r.IntN(1200)-60))}
}

// documents are the papers an installation was filled from.
func documents(works string, reviewed, completed when.Day) []supply.Document {
	return []supply.Document{
		{Kind: "design_review", Title: works + "设计审查意见书", ApprovedOn: reviewed},
		{Kind: "completion_report", Title: works + "竣工检验报告", ApprovedOn: completed},
	}
}
