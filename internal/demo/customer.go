package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Segment is the kind of customer, as the annual reports sort them.
type Segment string

// The segments.
const (
	Resident   Segment = "resident"
	Commerce   Segment = "commerce"
	Industry   Segment = "industry"
	Government Segment = "government"
	Farm       Segment = "agriculture"
)

// Customer is a generated customer with his one account.
type Customer struct {
	Number   int // within its company, from 0
	Segment  Segment
	Name     string
	Person   bool
	Sex      cn.Sex
	Birth    string // YYYY-MM-DD, of persons
	IDNumber string // resident ID of persons, credit code of organisations
	Contact  string // name of the contact person of an organisation
	Phones   []string
	Email    string
	Urban    bool
	Town     int
	Quarter  int    // index in the town's quarters: the transformer districts follow it
	Address  string // of the premise
	Account  Account
	Opened   when.Day
}

// Account is the account of a customer.
type Account struct {
	No         string // ten digits, the company's code first
	HighVolt   bool
	CapacityVA int64
	MeterNo    string
	Factor     int64 // of the meter: CT × PT
	DailyWh    int64 // usual consumption, for the readings
	Important  int   // 0 ordinary, 1 to 3
}

// World draws customers.
type World struct {
	seed  uint64
	now   when.Instant
	names names
}

// NewWorld makes the world of a seed at a time.
func NewWorld(seed uint64, now when.Instant) *World { return &World{seed, now, newNames()} }

// rand is the random source of one thing: kind tells things apart, company and
// number say which.
func (w *World) rand(kind string, company, number int) *rand.Rand {
	k := uint64(len(kind))
	for _, b := range []byte(kind) {
		k = k*131 + uint64(b)
	}
	return rand.New(rand.NewPCG(w.seed^k<<32, uint64(company)<<48|uint64(number)))
}

// Customer draws customer number i of a company.
func (w *World) Customer(company, i int) Customer {
	r := w.rand("customer", company, i)
	p := companies[company]
	c := Customer{Number: i, Town: r.IntN(len(p.Towns)), Segment: segment(r)}
	town := p.Towns[c.Town]
	c.Urban, c.Quarter = town.City, r.IntN(len(town.Quarters))
	c.Phones = []string{mobile(r)}
	c.Person = c.Segment == Resident || c.Segment == Farm
	if c.Person {
		w.person(r, &c)
	} else {
		w.organisation(r, p, town, &c)
	}
	c.Address = w.address(r, p, town, c)
	c.Opened = w.opened(r)
	c.Account = account(r, p.Code, i, c.Segment)
	return c
}

func segment(r *rand.Rand) Segment {
	switch n := r.IntN(100); {
	case n < 84:
		return Resident
	case n < 92:
		return Commerce
	case n < 95:
		return Farm
	case n < 99:
		return Industry
	}
	return Government
}

func (w *World) person(r *rand.Rand, c *Customer) {
	year := w.now.Time().Year() - 22 - r.IntN(60)
	c.Sex = cn.Male
	if chance(r, 42) {
		c.Sex = cn.Female
	}
	c.Birth = time.Date(year, 1, 1+r.IntN(365), 0, 0, 0, 0, when.Zone).Format(time.DateOnly)
	c.Name = w.names.person(r, c.Sex, year)
	c.IDNumber = residentID(r, c.Sex, c.Birth)
	if chance(r, 15) {
		c.Phones = append(c.Phones, mobile(r))
	}
}

var (
	brands   = []string{"华", "宏", "瑞", "恒", "鑫", "盛", "泰", "嘉", "博", "诚", "远", "达", "永", "康", "兴", "隆", "凯", "安", "德", "汇"}
	brands2  = []string{"丰", "通", "源", "翔", "业", "辉", "泽", "利", "祥", "昌", "顺", "美", "捷", "信", "创", "邦", "腾", "元", "和", "新"}
	works    = []string{"机械制造有限公司", "纺织有限公司", "电子科技有限公司", "塑料制品有限公司", "食品有限公司", "新材料股份有限公司", "汽车零部件有限公司", "竹木制品厂", "水泥有限公司", "阀门有限公司"}
	shops    = []string{"超市", "便利店", "餐饮店", "大药房", "理发店", "五金店", "宾馆", "网吧", "建材商行", "百货有限公司", "汽修厂", "茶行"}
	services = []string{"人民政府", "中学", "中心小学", "人民医院", "供水有限公司", "污水处理厂", "税务局", "公安局", "广播电视台", "养老服务中心"}
)

func (w *World) organisation(r *rand.Rand, p Company, town Town, c *Customer) {
	county := []rune(p.County)
	short := string(county[:len(county)-1])
	brand := pick(r, brands) + pick(r, brands2)
	switch c.Segment {
	case Industry:
		c.Name = short + brand + pick(r, works)
		c.IDNumber = creditCode(r, "91")
	case Commerce:
		c.Name = town.Stem() + brand + pick(r, shops)
		if c.IDNumber = creditCode(r, "92"); chance(r, 30) {
			c.IDNumber = creditCode(r, "91")
		}
	default:
		c.Name = short + town.Name + pick(r, services)
		c.IDNumber = creditCode(r, "11")
	}
	c.Sex = cn.Male
	if chance(r, 35) {
		c.Sex = cn.Female
	}
	c.Contact = w.names.person(r, c.Sex, 1970+r.IntN(30))
	c.Phones = append(c.Phones, mobile(r))
	c.Email = fmt.Sprintf("office%d%d@example.com", r.IntN(10), c.Number)
}

func (w *World) address(r *rand.Rand, p Company, town Town, c Customer) string {
	head := province + p.City + p.County + town.Name
	quarter := town.Quarters[c.Quarter]
	switch {
	case !c.Person:
		return fmt.Sprintf("%s%s%d号", head, pick(r, town.Roads), 1+r.IntN(400))
	case town.City:
		return fmt.Sprintf("%s%s%d幢%d单元%d0%d室", head, quarter, 1+r.IntN(40), 1+r.IntN(3), 1+r.IntN(18), 1+r.IntN(4))
	}
	return fmt.Sprintf("%s%s%d号", head, quarter, 1+r.IntN(300))
}

// opened is a day of the last thirty years; newer accounts are more frequent.
func (w *World) opened(r *rand.Rand) when.Day {
	years := r.IntN(30) * r.IntN(30) / 30
	return w.now.Add(-time.Duration(years*365+r.IntN(365)) * 24 * time.Hour).Day()
}

func account(r *rand.Rand, code string, i int, s Segment) Account {
	a := Account{No: fmt.Sprintf("%s%06d", code, i), MeterNo: fmt.Sprintf("33%s%06d%02d", code, i, r.IntN(100)), Factor: 1}
	switch s {
	case Resident:
		a.CapacityVA, a.DailyWh = pick(r, []int64{4000, 8000, 8000, 12000}), 2000+r.Int64N(14_000)
	case Farm:
		a.CapacityVA, a.DailyWh = pick(r, []int64{8000, 16000, 30000}), 4000+r.Int64N(60_000)
	case Commerce:
		a.CapacityVA, a.DailyWh = pick(r, []int64{12000, 30000, 80000, 100_000}), 20_000+r.Int64N(500_000)
	case Government:
		a.CapacityVA, a.DailyWh, a.HighVolt = pick(r, []int64{100_000, 250_000, 400_000}), 200_000+r.Int64N(2_000_000), chance(r, 40)
	case Industry:
		a.CapacityVA, a.DailyWh = pick(r, []int64{160_000, 250_000, 400_000, 630_000, 1_000_000, 3_150_000}), 500_000+r.Int64N(20_000_000)
		a.HighVolt = a.CapacityVA >= 250_000
	}
	if a.HighVolt {
		a.Factor = pick(r, []int64{1000, 2000, 4000})
	}
	// No account takes more than its capacity, even in the hottest month.
	a.DailyWh = min(a.DailyWh, a.CapacityVA*24*45/100)
	if s == Government && chance(r, 30) || s == Industry && chance(r, 4) {
		a.Important = 1 + r.IntN(3)
	}
	return a
}
