package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/proposal"
)

// proposed is a change of a customer somebody proposed so many days ago, and what
// became of it.
type proposed struct {
	who    string
	days   int
	reason string
	change func(c customer.Customer) customer.UpdateInput
	ends   proposal.State
}

func newPhone(c customer.Customer) (in customer.UpdateInput) {
	contacts := make([]customer.ContactInput, 0, len(c.Contacts)+1)
	for _, x := range c.Contacts {
		contacts = append(contacts, customer.ContactInput{ID: x.ID, Kind: x.Kind, Label: x.Label, Primary: x.Primary, Person: x.Person})
	}
	contacts = append(contacts, customer.ContactInput{Kind: customer.Phone, Value: "15409" + c.CustomerNo[len(c.CustomerNo)-6:], Label: "子女"})
	in.Contacts = &contacts
	return in
}

func newTrade(c customer.Customer) (in customer.UpdateInput) {
	trade := "批发和零售业"
	if c.Person == nil {
		in.Industry = &trade
		return in
	}
	person := *c.Person
	person.Occupation, person.Employer = "教师", "清河县实验小学"
	in.Person = &person
	return in
}

func phoneAndTrade(c customer.Customer) customer.UpdateInput {
	in := newTrade(c)
	in.Contacts = newPhone(c).Contacts
	return in
}

// proposals are those of each company, one or more in each state.
var proposals = []proposed{
	{"clerk", 21, "本人持身份证来柜台更正", phoneAndTrade, proposal.Partly},
	{"manager", 17, "走访时客户提供新号码", newPhone, proposal.Accepted},
	{"complaint", 12, "处理投诉时得知", newTrade, proposal.Rejected},
	{"agent", 9, "来电说明，未核实身份", newPhone, proposal.Withdrawn},
	{"clerk", 4, "家属来柜台代为更正", newPhone, proposal.Returned},
	{"manager", 3, "年度走访核对", phoneAndTrade, proposal.Endorsed},
	{"agent", 2, "来电核实身份后更正", newPhone, proposal.Endorsed},
	{"clerk", 1, "本人来柜台更正", phoneAndTrade, proposal.Submitted},
	{"metering", 1, "装表时与户主核对", newPhone, proposal.Submitted},
}

// proposalScenes are what people of each company propose of the first customers,
// with what followed.
func (b *builder) proposalScenes(ctx context.Context) (scenes []scene, err error) {
	for _, p := range companies {
		known, err := b.proposable(ctx, p.Code)
		if err != nil {
			return nil, err
		}
		for i, x := range proposals[:min(len(proposals), len(known))] {
			more, err := b.proposal(ctx, p.Code, known[i], x, i)
			if err != nil {
				return nil, err
			}
			scenes = append(scenes, more...)
		}
		more, err := b.newCustomerProposal(ctx, p.Code)
		if err != nil {
			return nil, err
		}
		scenes = append(scenes, more)
	}
	return scenes, nil
}

// proposable are those whose data are proposed to be changed.
func (b *builder) proposable(ctx context.Context, code string) ([]customer.Item, error) {
	return b.firstPersons(ctx, code, len(proposals))
}

// firstPersons are the customers with the first numbers of a company.
func (b *builder) firstPersons(ctx context.Context, code string, most int) ([]customer.Item, error) {
	ctx, err := b.System(ctx, b.actor.Name)
	if err != nil {
		return nil, err
	}
	items, _, err := b.Customers.List(ctx, customer.ListInput{Filter: customer.Filter{OrgID: b.orgs[code].ID, Kind: customer.KindPerson}, Sort: "customer_no", Limit: most})
	return items, err
}

// proposal is one with its steps: endorsed or sent back after some hours, decided
// a day later.
func (b *builder) proposal(ctx context.Context, code string, of customer.Item, x proposed, n int) ([]scene, error) {
	people := map[string]context.Context{}
	for _, login := range []string{x.who, "head", "maintainer"} {
		as, err := b.as(ctx, login+code)
		if err != nil {
			return nil, err
		}
		people[login] = as
	}
	at := b.workday(b.world.rand("proposal", n, 0), x.days)
	var d proposal.Detail
	step := func(after time.Duration, do func() (proposal.Detail, error)) scene {
		return scene{min(at.Add(after), b.end), func() (err error) { d, err = do(); return err }}
	}
	scenes := []scene{step(0, func() (proposal.Detail, error) {
		c, err := b.Customers.Get(people[x.who], of.ID)
		if err != nil {
			return d, err
		}
		change := x.change(c)
		change.ConfirmDuplicates = true
		return b.Proposals.Create(people[x.who], "", proposal.Input{CustomerID: c.ID, CustomerVersion: c.Version, Change: &change, Reason: x.reason})
	})}
	endorse := func() (proposal.Detail, error) { return b.Proposals.Endorse(people["head"], d.ID, d.Version) }
	decide := func() (proposal.Detail, error) {
		return b.Proposals.Decide(people["maintainer"], d.ID, d.Version, decision(d, x.ends))
	}
	switch x.ends {
	case proposal.Withdrawn:
		return append(scenes, step(2*time.Hour, func() (proposal.Detail, error) { return b.Proposals.Withdraw(people[x.who], d.ID, d.Version) })), nil
	case proposal.Returned:
		return append(scenes, step(3*time.Hour, func() (proposal.Detail, error) {
			return b.Proposals.Return(people["head"], d.ID, d.Version, "请补充代办人与户主的关系证明")
		})), nil
	case proposal.Endorsed:
		return append(scenes, step(4*time.Hour, endorse)), nil
	case proposal.Submitted:
		return scenes, nil
	}
	return append(scenes, step(4*time.Hour, endorse), step(26*time.Hour, decide)), nil
}

// decision accepts what the end needs: all, nothing, or what is no occupation.
func decision(d proposal.Detail, ends proposal.State) proposal.DecideInput {
	in := proposal.DecideInput{CustomerVersion: d.CustomerVersion, ConfirmDuplicates: true}
	for i, item := range d.Items {
		v := proposal.Verdict{Key: item.Key, Accept: ends == proposal.Accepted || ends == proposal.Partly && i == 0}
		if !v.Accept {
			v.Word = "没有凭据，请客户提供证明"
		}
		in.Verdicts = append(in.Verdicts, v)
	}
	return in
}

// newCustomerProposal is one of a customer who is not on record.
func (b *builder) newCustomerProposal(ctx context.Context, code string) (scene, error) {
	ctx, err := b.as(ctx, "clerk"+code)
	at := b.end.Add(-90 * time.Minute)
	in := proposal.Input{OrgID: b.orgs[code].ID, Reason: "来柜台申请新装，尚未建档", Customer: &customer.CreateInput{Kind: customer.KindOrganisation,
		Name: fmt.Sprintf("%s农产品合作社", b.orgs[code].ShortName), Industry: "农业", Organisation: &customer.Organisation{Employees: 12},
		Contacts: []customer.ContactInput{{Kind: customer.Phone, Value: "15408" + code + "08", Label: "经办人", Primary: true}}, ConfirmDuplicates: true}}
	return scene{at, func() error { return second(b.Proposals.Create(ctx, "", in)) }}, err
}
