package demo

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// acquaintances is of how many customers a company tells more.
const acquaintances = 60

// acquaintance is a customer with whom something happens later.
type acquaintance struct {
	Customer
	company            int
	id, account, point id.ID
	meter              id.ID
}

// remember keeps the customer whose account was added last, if he is among the
// first of his company.
func (b *builder) remember(company int, c Customer, customerID id.ID, made *supply.Batch) {
	if c.Number >= acquaintances {
		return
	}
	last := len(made.Accounts) - 1
	b.known = append(b.known, acquaintance{c, company, customerID, made.Accounts[last].ID, made.Points[last].ID, made.Meters[last].ID})
}

// makeChanges lets things happen with the first customers of each company, as
// users would do them: bills change their way, files are attached, meters
// replaced.
func (b *builder) makeChanges(ctx context.Context) error {
	var scenes []scene
	for _, a := range b.known {
		r := b.world.rand("change", a.company, a.Number)
		for _, of := range []func(context.Context, *rand.Rand, acquaintance) ([]scene, error){b.otherBill, b.files, b.otherMeter} {
			more, err := of(ctx, r, a)
			if err != nil {
				return err
			}
			scenes = append(scenes, more...)
		}
	}
	return b.play(scenes)
}

// otherBill changes how the customer gets his bill, some a second time.
func (b *builder) otherBill(ctx context.Context, r *rand.Rand, a acquaintance) ([]scene, error) {
	if b.world.fieldValues(a.company, a.Customer)[billField] != "paper" {
		return nil, nil
	}
	ctx, err := b.as(ctx, "maintainer"+companies[a.company].Code)
	version, days := int64(1), 200+r.IntN(200)
	change := func(way string, days int) scene {
		return scene{b.workday(r, days), func() (err error) {
			_, version, err = b.Customers.Fill(ctx, a.id, version, map[string]string{billField: way})
			return err
		}}
	}
	return []scene{change("sms", days), change("electronic", days-100)}, err
}

// files attaches papers to some businesses.
func (b *builder) files(ctx context.Context, r *rand.Rand, a acquaintance) ([]scene, error) {
	if a.Person || !chance(r, 60) {
		return nil, nil
	}
	ctx, err := b.as(ctx, "manager"+companies[a.company].Code)
	attach := func(name string, content io.Reader) scene {
		return scene{b.workday(r, 60+r.IntN(400)), func() error { return second(b.Customers.Attach(ctx, "", a.id, name, content)) }}
	}
	scenes := []scene{attach("用电检查结果通知书.txt", strings.NewReader(inspectionPaper(a)))}
	if a.Account.HighVolt {
		plan, failed := demarcationPlan(r)
		return append(scenes, attach("产权分界示意图.png", plan)), failed
	}
	return scenes, err
}

func inspectionPaper(a acquaintance) string {
	return fmt.Sprintf("用电检查结果通知书\n\n用电户名：%s\n户号：%s\n用电地址：%s\n合同容量：%d千伏安\n\n检查情况：计量装置封印完好，示数与采集一致；配电房整洁，安全工器具在试验有效期内。\n处理意见：请在一个月内清理配电房门口堆放的杂物。\n",
		a.Name, a.Account.No, a.Address, a.Account.CapacityVA/1000)
}

// demarcationPlan draws a line from the network to the customer with the point
// where the property parts.
func demarcationPlan(r *rand.Rand) (io.Reader, error) {
	palette := color.Palette{color.White, color.RGBA{0x1f, 0x4e, 0x79, 0xff}, color.RGBA{0xc0, 0x39, 0x2b, 0xff}}
	plan := image.NewPaletted(image.Rect(0, 0, 240, 120), palette)
	fill := func(x0, y0, x1, y1 int, c uint8) {
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				plan.SetColorIndex(x, y, c)
			}
		}
	}
	parts := 70 + r.IntN(90)
	fill(12, 58, 228, 62, 1)
	fill(12, 30, 20, 90, 1)
	fill(196, 44, 228, 76, 1)
	fill(parts-4, 40, parts, 80, 2)
	var file bytes.Buffer
	return &file, png.Encode(&file, plan)
}

// otherMeter replaces the meter of accounts that are old enough, one of six.
func (b *builder) otherMeter(ctx context.Context, r *rand.Rand, a acquaintance) ([]scene, error) {
	at := b.workday(r, 60+r.IntN(500))
	if a.Opened >= at.Add(-4*365*24*time.Hour).Day() || !chance(r, 17) {
		return nil, nil
	}
	ctx, err := b.as(ctx, "metering"+companies[a.company].Code)
	return []scene{{at, func() error { return b.replaceMeter(ctx, r, a, at.Day()) }}}, err
}

func (b *builder) replaceMeter(ctx context.Context, r *rand.Rand, a acquaintance, on when.Day) error {
	org, batch := b.orgs[companies[a.company].Code].ID, supply.Batch{Meters: make([]supply.Meter, 1)}
	batch.Meters[0].MeterInput = supply.MeterInput{AssetNo: a.Account.MeterNo + "R", Factor: a.Account.Factor}
	if err := b.DB.Write(ctx, func(tx *db.Tx) error {
		batch.Meters[0].ID = tx.NewID()
		return b.Supply.CreateManyTx(tx, b.author("metering", a.company), org, &batch)
	}); err != nil {
		return err
	}
	register := a.Account.DailyWh / a.Account.Factor * (1500 + r.Int64N(900))
	if err := second(b.Supply.TakeDown(ctx, a.meter, 1, supply.RemoveInput{On: on, RegisterWh: register, Reason: "到期轮换"})); err != nil {
		return err
	}
	return second(b.Supply.Install(ctx, batch.Meters[0].ID, 1, supply.InstallInput{PointID: a.point, On: on}))
}
