package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
)

// terms are the years a contract of a kind is made for; none: without end.
var terms = map[string]int{"hv": 5, "lv": 10}

// contracts draws the supply contracts of an account: every one at high voltage
// has one and the one before, four of five other businesses have one, and one of
// three households.
func (w *World) contracts(company int, c Customer, account id.ID) []supply.Contract {
	r := w.rand("contract", company, c.Number)
	kind, share := "residential", 33
	switch {
	case c.Account.HighVolt:
		kind, share = "hv", 100
	case c.Segment != Resident:
		kind, share = "lv", 80
	}
	if !chance(r, share) {
		return nil
	}
	opened, years := timeOf(c.Opened), terms[kind]
	if years == 0 {
		return []supply.Contract{w.contract(company, c, account, kind, opened)}
	}
	from := w.renewed(r, opened, years)
	now := w.contract(company, c, account, kind, from)
	now.ValidTo = dayOf(from.AddDate(years, 0, -1))
	if kind != "hv" || !from.After(opened) {
		return []supply.Contract{now}
	}
	before := from.AddDate(-years, 0, 0)
	if before.Before(opened) {
		before = opened
	}
	ended := w.contract(company, c, account, kind, before)
	ended.Status, ended.ValidTo = "ended", dayOf(from.AddDate(0, 0, -1))
	return []supply.Contract{ended, now}
}

// renewed is the day from which the present contract holds: contracts are made
// anew when they end. One of five that are old enough ends within three months.
func (w *World) renewed(r *rand.Rand, opened time.Time, years int) time.Time {
	soon := timeOf(w.now.Day()).AddDate(-years, 0, 5+r.IntN(80))
	if chance(r, 20) && !soon.AddDate(-1, 0, 0).Before(opened) {
		return soon
	}
	from := opened
	for next := from.AddDate(years, 0, 0); !next.After(w.now.Time()); next = next.AddDate(years, 0, 0) {
		from = next
	}
	return from
}

// contract writes a contract without end that holds from a day, signed some days
// before.
func (w *World) contract(company int, c Customer, account id.ID, kind string, from time.Time) supply.Contract {
	town := companies[company].Towns[c.Town]
	k := supply.Contract{}
	k.ContractInput = supply.ContractInput{AccountID: account, ContractNo: fmt.Sprintf("GYD%d-%s", from.Year(), c.Account.No), Kind: kind, Status: "in_force",
		SignedOn: dayOf(from.AddDate(0, 0, -c.Number%9)), ValidFrom: dayOf(from), CapacityVA: c.Account.CapacityVA, Liability: liability}
	kva := c.Account.CapacityVA / 1000
	switch kind {
	case "hv":
		k.Demarcation = fmt.Sprintf("10kV %s线%d号杆跌落式熔断器下桩头。电源侧产权属供电方，负荷侧产权属用电方。", town.Stem(), 3+c.Number%40)
		k.SupplyMode = fmt.Sprintf("供电方以10kV %s线向用电方供电，三相交流50Hz，供电容量%d千伏安。", town.Stem(), kva)
		k.Metering = fmt.Sprintf("高供高计，三相三线智能电能表装于用电方高压计量柜，综合倍率%d，每月末日零时示数结算。", c.Account.Factor)
		k.Quality, k.Price, k.Maintenance = qualityHV, priceOf(c), maintenanceHV
	case "lv":
		k.Demarcation = "电能表箱出线开关下桩头。电源侧产权属供电方，负荷侧产权属用电方。"
		k.SupplyMode = fmt.Sprintf("供电方由%s公用配电变压器以380V三相四线供电，供电容量%d千伏安。", town.Stem(), kva)
		k.Metering = "低供低计，三相四线智能电能表装于户外计量箱，每月末日零时示数结算。"
		k.Quality, k.Price, k.Maintenance = qualityLV, priceOf(c), maintenanceLV
	default:
		k.Demarcation = "电能表箱出线开关下桩头。"
		k.SupplyMode = fmt.Sprintf("公用低压线路供电，供电容量%d千瓦。", kva)
		k.Metering = "智能电能表远程采集，每月末日零时示数结算。"
		k.Quality, k.Price, k.Maintenance = qualityLV, priceOf(c), maintenanceLV
	}
	if c.Account.CapacityVA > 3_000_000 {
		k.Demarcation = fmt.Sprintf("35kV进线电缆与%s变间隔出线的连接点。电源侧产权属供电方，负荷侧产权属用电方。", town.Stem())
		k.SupplyMode = fmt.Sprintf("供电方以35kV专线向用电方供电，三相交流50Hz，供电容量%d千伏安。", kva)
		k.Quality = quality35
	}
	return k
}

const (
	qualityHV     = "供电电压偏差不超过标称电压的±7%，频率偏差不超过±0.2Hz；用电方注入电网的谐波电流不超过国家标准限值。"
	quality35     = "供电电压正、负偏差绝对值之和不超过标称电压的10%，频率偏差不超过±0.2Hz；用电方注入电网的谐波电流不超过国家标准限值。"
	qualityLV     = "三相供电电压偏差不超过标称电压的±7%，单相为＋7%、－10%；频率偏差不超过±0.2Hz。"
	maintenanceHV = "产权分界点电源侧由供电方、负荷侧由用电方运行维护；用电方每年做一次预防性试验，计量装置由供电方管理、用电方看管。"
	maintenanceLV = "产权分界点电源侧由供电方、负荷侧由用电方维护；计量装置由供电方管理，不得擅自移动或开启。"
	liability     = "供电方未按约定供电、用电方违约用电或逾期交费的，按《供电营业规则》和本合同承担违约责任；不可抗力除外。"
)

// priceOf is the price clause that follows from what the power is used for.
func priceOf(c Customer) string {
	switch {
	case c.Segment == Resident:
		return "居民生活用电阶梯电价，按月结算。"
	case c.Segment == Farm:
		return "农业生产用电电价，按月结算。"
	case c.Segment == Industry && c.Account.CapacityVA >= largeIndustry:
		return "工商业用电两部制电价，基本电费按变压器容量计收，执行分时电价，功率因数标准0.90；每月分三次划拨，月末结清。"
	}
	return "工商业用电单一制电价，执行分时电价；按月结算。"
}

// timeOf is the beginning of a day that is known to be one.
func timeOf(d when.Day) time.Time {
	t, _ := d.Time() //nolint:errcheck // the world makes its days itself
	return t
}

func dayOf(t time.Time) when.Day { return when.At(t).Day() }
