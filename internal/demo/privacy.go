package demo

import (
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
)

// asked are the requests of each company: who of the known customers asks for what, and
// how many days ago.
var asked = []struct {
	who, days int
	kind      privacy.Kind
	channel   privacy.Channel
	text      string
	verified  bool
}{
	{0, 24, privacy.Correct, "counter", "手机号已换，请更正", false},
	{1, 6, privacy.Access, "letter", "要一份单位保存的全部个人信息", true},
	{2, 3, privacy.Delete, "counter", "已搬走销户，要求删除个人信息", true},
	{3, 1, privacy.Withdraw, "phone", "不要再发推广短信", false},
}

// makePrivacy records consents of known customers and registers requests.
func (b *builder) makePrivacy(ctx context.Context) error {
	was := b.now
	defer func() { b.now = was }()
	for _, p := range companies {
		maintainer, err := b.as(ctx, "maintainer"+p.Code)
		if err != nil {
			return err
		}
		people, err := b.persons(maintainer, p.Code)
		if err != nil {
			return err
		}
		for i, c := range people {
			b.now = b.end.Add(-time.Duration(90-i) * 24 * time.Hour)
			if err := b.consents(maintainer, i, c); err != nil {
				return err
			}
		}
		for _, a := range asked {
			if a.who >= len(people) {
				continue
			}
			b.now = b.end.Add(-time.Duration(a.days) * 24 * time.Hour)
			r, err := b.Privacy.Receive(maintainer, "", privacy.ReceiveInput{CustomerID: people[a.who].ID, Kind: a.kind, Channel: a.channel, Text: a.text})
			if err != nil {
				return err
			}
			if !a.verified {
				continue
			}
			b.now = b.now.Add(time.Hour)
			if _, err := b.Privacy.Verify(maintainer, r.ID, r.Version, privacy.VerifyInput{Proof: "document", Note: "身份证原件，末四位一致"}); err != nil {
				return err
			}
		}
	}
	return nil
}

// persons are the newest persons of a company.
func (b *builder) persons(ctx context.Context, code string) ([]customer.Item, error) {
	all, _, err := b.Customers.List(ctx, customer.ListInput{Filter: customer.Filter{OrgID: b.orgs[code].ID, Kind: customer.KindPerson, Status: customer.Active}, Sort: "-created_at", Limit: 12})
	return all, err
}

// consents has every person agree to surveys, every other to SMS, and some take that back.
func (b *builder) consents(ctx context.Context, i int, c customer.Item) error {
	purposes := []string{"survey_contact", "marketing_sms", "low_income_processing"}
	for j, purpose := range purposes {
		if i%(j+1) != 0 {
			continue
		}
		in := privacy.ConsentInput{Purpose: purpose, TextVersion: "2026-1", Channel: "counter"}
		if _, err := b.Privacy.Give(ctx, "", c.ID, in); err != nil {
			return err
		}
		if purpose == "marketing_sms" && i%4 == 0 {
			b.now = b.now.Add(24 * time.Hour)
			if _, err := b.Privacy.Withdraw(ctx, "", c.ID, privacy.ConsentInput{Purpose: purpose, Channel: "phone"}); err != nil {
				return err
			}
		}
	}
	return nil
}
