package proposal_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/proposal"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The way of a change: proposed, endorsed, one field accepted and one rejected;
// the record, its history and its timeline tell of it.
func TestAChangeIsProposedEndorsedAndDecided(t *testing.T) {
	each(t, func(w *world) {
		c := w.customer()
		d := w.propose(w.phoneAndJob(c))
		if got := say(d.State, d.Fields, d.May, w.open(w.clerk), w.open(w.head), w.open(w.maintainer)); got != "submitted [contacts person.occupation] [withdraw] [] [审核 提交的档案变更申请] []" {
			w.t.Error(got)
		}
		d, err := w.Endorse(w.head, d.ID, d.Version)
		w.must(err)
		if got := say(d.State, d.EndorserName, w.open(w.head), w.open(w.maintainer), w.open(w.second)); got != "endorsed 赵磊 [] [决定 提交的档案变更申请] [决定 提交的档案变更申请]" {
			w.t.Error(got)
		}
		d, err = w.Decide(w.maintainer, d.ID, d.Version, verdicts(d, "contacts"))
		w.must(err)
		now, err := w.customers.Get(w.maintainer, c.ID)
		w.must(err)
		if got := say(d.State, d.DeciderName, now.Contacts[0].Value, now.Person.Occupation, now.Person.Employer, w.open(w.maintainer), w.open(w.second), w.open(w.clerk)); got !=
			"partly 何静 "+mobile(2)+" 道士 武当道观 [] [] [何静 部分采纳了您 提交的档案变更申请：采纳 1 项，其余的原因见申请]" {
			w.t.Error(got)
		}
		w.history(c.ID, d.ID)
	})
}

// What became of a proposal stands in its proposer's tasks, and of one that was
// withdrawn in nobody's.
func TestAProposerIsToldTheOutcome(t *testing.T) {
	each(t, func(w *world) {
		for want, accepted := range map[string][]string{"何静 采纳了您 提交的档案变更申请（2 项）": {"contacts", "person"}, "何静 未采纳您 提交的档案变更申请，原因见申请": nil} {
			d := w.endorsed(w.phoneAndJob(w.customer()))
			_, err := w.Decide(w.maintainer, d.ID, d.Version, verdicts(d, accepted...))
			w.must(err)
			if got := w.open(w.clerk); !slices.Contains(got, want) {
				w.t.Errorf("%q, want %q", got, want)
			}
		}
		d := w.propose(w.phoneAndJob(w.customer()))
		_, err := w.Withdraw(w.clerk, d.ID, d.Version)
		w.must(err)
		if got := w.open(w.clerk); len(got) != 2 {
			w.t.Errorf("after withdrawing: %q", got)
		}
	})
}

func (w *world) history(c, p id.ID) {
	w.t.Helper()
	all, _, err := w.customers.History(w.maintainer, c, customer.Page{Limit: 1})
	w.must(err)
	if h := all[0]; h.Action != "proposal.decide" || h.ActorName != "何静" || h.Proposal == nil || *h.Proposal != (customer.Origin{ProposalID: p, ProposerName: "王芳", EndorserName: "赵磊"}) || len(h.Changes) != 1 {
		w.t.Errorf("history %+v", h)
	}
	events, _, err := w.customers.Timeline(w.clerk, c, customer.TimelineFilter{}, customer.Page{Limit: 1})
	w.must(err)
	if e := events[0]; e.Text != "按变更申请修改资料（1 项）" || e.SourceID != p {
		w.t.Errorf("event %+v", e)
	}
}

// A new customer is made of what is accepted, with the visit he was proposed for.
func TestANewCustomerIsProposed(t *testing.T) {
	each(t, func(w *world) {
		visit, err := w.customers.Receive(w.maintainer, "", customer.ReceptionInput{ReceptionBody: customer.ReceptionBody{Name: "林建华"}})
		w.must(err)
		d := w.endorsed(proposal.Input{Reason: "来访", ReceptionID: visit.ID, Customer: &customer.CreateInput{Kind: customer.KindPerson, Name: "林建华", Industry: "渔业",
			Contacts: []customer.ContactInput{{Kind: customer.Phone, Value: mobile(3), Label: "家"}}}})
		if !d.New || d.CustomerName != "林*华" {
			w.t.Errorf("%+v", d.Proposal)
		}
		if _, err := w.Decide(w.maintainer, d.ID, d.Version, verdicts(d, "contacts")); fault.KindOf(err) != fault.Invalid {
			w.t.Errorf("a contact of nobody: %v", err)
		}
		d, err = w.Decide(w.maintainer, d.ID, d.Version, verdicts(d, "kind", "name", "contacts"))
		w.must(err)
		c, err := w.customers.Get(w.maintainer, d.CustomerID)
		w.must(err)
		if got := say(d.State, c.Name, c.Contacts[0].Value, c.Contacts[0].Label, c.Industry, strings.HasPrefix(c.CustomerNo, "K")); got != "partly 林建华 "+mobile(3)+" 家  true" {
			w.t.Error(got)
		}
		if linked, err := w.customers.Reception(w.maintainer, visit.ID); err != nil || linked.CustomerID != c.ID {
			w.t.Errorf("the visit: %v, %v", linked.CustomerID, err)
		}
		if again, err := w.Get(w.clerk, d.ID); err != nil || again.CustomerNo != c.CustomerNo || !again.New {
			w.t.Errorf("as its proposer reads it: %+v, %v", again.Proposal, err)
		}
	})
}

// What changed on the record since is shown as a third value, and is overwritten
// only by somebody who saw it.
func TestARecordChangedSinceIsNotOverwrittenUnseen(t *testing.T) {
	each(t, func(w *world) {
		c := w.customer()
		d := w.endorsed(w.phoneAndJob(c))
		seen := verdicts(d, "contacts", "person")
		person := *c.Person
		person.Occupation = "掌门"
		_, err := w.customers.Update(w.maintainer, c.ID, 1, customer.UpdateInput{Person: &person})
		w.must(err)
		if _, err := w.Decide(w.maintainer, d.ID, d.Version, seen); !errors.Is(err, db.ErrStale) {
			w.t.Errorf("decided by an old record: %v", err)
		}
		d, err = w.Get(w.maintainer, d.ID)
		w.must(err)
		for _, item := range d.Items {
			if want := item.Key == "person.occupation"; item.Conflict != want || item.Done {
				w.t.Errorf("%+v", item)
			}
			if p := item.Parts[0]; item.Conflict && (p.Before != "道士" || p.Proposed != "教师" || p.Current != "掌门") {
				w.t.Errorf("%+v", p)
			}
		}
		other := w.customer() // who has the phone by now
		_, err = w.customers.Update(w.maintainer, other.ID, 1, customer.UpdateInput{Contacts: set([]customer.ContactInput{{Kind: customer.Phone, Value: mobile(2)}})})
		w.must(err)
		warned := verdicts(d, "contacts")
		warned.ConfirmDuplicates = false
		if _, err := w.Decide(w.maintainer, d.ID, d.Version, warned); !errors.Is(err, customer.ErrDuplicates) {
			w.t.Errorf("a phone another has: %v", err)
		}
		d, err = w.Decide(w.maintainer, d.ID, d.Version, verdicts(d, "contacts"))
		w.must(err)
		now, err := w.customers.Get(w.maintainer, c.ID)
		w.must(err)
		if got := say(d.State, now.Contacts[0].Value, now.Person.Occupation); got != "partly "+mobile(2)+" 掌门" {
			w.t.Error(got)
		}
	})
}

// Everybody sees a proposal as he sees the archive; its proposer what he typed.
func TestWhatIsProposedIsMasked(t *testing.T) {
	each(t, func(w *world) {
		c := w.customer()
		in := w.phoneAndJob(c)
		in.Change.Contacts = set(append(*in.Change.Contacts, customer.ContactInput{Kind: customer.Email, Value: "zhang@example.com"}))
		in.Fields = map[string]string{"key_place": "传达室"}
		d := w.propose(in)
		told := func(of context.Context) (all string) {
			d, err := w.Get(of, d.ID)
			w.must(err)
			return fmt.Sprintf("%+v", d.Items) + d.CustomerName
		}
		for _, x := range []struct {
			who         string
			of          context.Context
			has, hasNot []string
		}{
			{"clerk", w.clerk, []string{mobile(2), "zhang@example.com", "传达室", "张*丰"}, []string{mobile(1), "门卫处"}},
			{"head", w.head, []string{"教师", "张*丰"}, []string{mobile(1), mobile(2), "zhang@example.com", "门卫处", "传达室"}},
			{"maintainer", w.maintainer, []string{mobile(1), mobile(2), "zhang@example.com", "门卫处", "传达室", "张三丰"}, nil},
		} {
			got := told(x.of)
			for _, s := range x.has {
				if !strings.Contains(got, s) {
					w.t.Errorf("%s sees no %s in %s", x.who, s, got)
				}
			}
			for _, s := range x.hasNot {
				if strings.Contains(got, s) {
					w.t.Errorf("%s sees %s", x.who, s)
				}
			}
		}
		w.sealed(mobile(2), "传达室", "本人来柜台更正")
	})
}

// sealed looks for words in everything the database keeps of proposals, tasks and
// the audit log.
func (w *world) sealed(words ...string) {
	w.t.Helper()
	w.must(w.d.Read(context.Background(), func(tx *db.Tx) error {
		for _, text := range []string{"SELECT body FROM proposal", "SELECT after FROM audit_entry", "SELECT title FROM task"} {
			var all [][]byte
			if err := tx.Select(&all, text); err != nil {
				return err
			}
			for _, word := range words {
				if slices.ContainsFunc(all, func(b []byte) bool { return strings.Contains(string(b), word) }) {
					w.t.Errorf("%s: %s stands open", text, word)
				}
			}
		}
		return nil
	}))
}

// Sent back it is corrected and goes the whole way; withdrawn it goes none.
func TestSentBackCorrectedWithdrawn(t *testing.T) {
	each(t, func(w *world) {
		c := w.customer()
		d := w.propose(w.phoneAndJob(c))
		d, err := w.Return(w.head, d.ID, d.Version, "请附上来源")
		w.must(err)
		if got := say(d.State, w.open(w.clerk), w.open(w.head)); got != "returned [修改被退回的档案变更申请（提交）] []" {
			w.t.Error(got)
		}
		mine, err := w.Get(w.clerk, d.ID)
		w.must(err)
		if mine.Returned != "请附上来源" || mine.Input == nil || !slices.Equal(mine.May, []string{"correct", "withdraw"}) {
			w.t.Errorf("%+v", mine)
		}
		in := *mine.Input
		in.Reason = "本人持身份证来柜台更正"
		d, err = w.Correct(w.clerk, d.ID, mine.Version, in)
		w.must(err)
		if got := say(d.State, d.Reason, w.open(w.clerk), len(w.open(w.head))); got != "submitted 本人持身份证来柜台更正 [] 1" {
			w.t.Error(got)
		}
		d, err = w.Endorse(w.head, d.ID, d.Version)
		w.must(err)
		gone, err := w.Withdraw(w.clerk, d.ID, d.Version)
		w.must(err)
		if got := say(gone.State, gone.May, w.open(w.maintainer)); got != "withdrawn [] []" {
			w.t.Error(got)
		}
		if _, err := w.Decide(w.maintainer, d.ID, gone.Version, verdicts(d, "contacts")); !errors.Is(err, proposal.ErrState) {
			w.t.Errorf("decided though withdrawn: %v", err)
		}
		if now, _ := w.customers.Get(w.maintainer, c.ID); now.Version != 1 {
			w.t.Error("the record was changed")
		}
	})
}

// Who proposed neither endorses nor decides, whatever else he may; others only
// what their roles allow, in their company.
func TestNobodyJudgesHisOwn(t *testing.T) {
	each(t, func(w *world) {
		all := w.as(w.user("all", "全能", "clerk", w.one), w.one, append(slices.Clone(endorses), decides...)...)
		c := w.customer()
		d, err := w.Create(all, "", w.phoneAndJob(c))
		w.must(err)
		try := func(name string, want error, errs ...error) {
			w.t.Helper()
			for _, err := range errs {
				if !errors.Is(err, want) {
					w.t.Errorf("%s: %v, want %v", name, err, want)
				}
			}
		}
		_, own := w.Endorse(all, d.ID, 1)
		_, back := w.Return(all, d.ID, 1, "x")
		_, foreign := w.Withdraw(w.head, d.ID, 1)
		_, clerk := w.Endorse(w.clerk, d.ID, 1)
		_, decider := w.Endorse(w.maintainer, d.ID, 1)
		_, stranger := w.Endorse(w.stranger, d.ID, 1)
		_, colleague := w.Get(w.clerk, d.ID)
		_, elsewhere := w.Get(w.stranger, d.ID)
		try("own", proposal.ErrOwn, own, back)
		try("another's", proposal.ErrNotOwn, foreign)
		try("without the right", access.ErrForbidden, clerk, decider)
		try("unseen", db.ErrNotFound, stranger, colleague, elsewhere)
		_, early := w.Decide(w.maintainer, d.ID, 1, verdicts(d, "contacts"))
		try("not endorsed", proposal.ErrState, early)
		d, err = w.Endorse(w.head, d.ID, 1)
		w.must(err)
		_, own = w.Decide(all, d.ID, 2, verdicts(d, "contacts"))
		try("own decision", proposal.ErrOwn, own)
		deputy := access.WithCaller(context.Background(), access.NewCaller(access.User{ID: id.ID{8}, Name: "代"}, w.tree,
			access.Held{Patterns: decides, OrgID: w.one.ID, Absent: access.Absent{UserID: d.ProposerID, Name: "全能"}}))
		_, own = w.Decide(deputy, d.ID, 2, verdicts(d, "contacts"))
		try("decided by his deputy", proposal.ErrOwn, own)
		if got, err := w.Get(deputy, d.ID); err != nil || len(got.May) != 0 {
			w.t.Errorf("his deputy may %v, %v", got.May, err)
		}
		_, own = w.Decide(w.as(access.User{ID: id.ID{9}, Name: "空"}, w.one, "proposal.*"), d.ID, 2, verdicts(d, "contacts"))
		try("no maintainer", access.ErrForbidden, own)
		_, again := w.Endorse(w.head, d.ID, 2)
		try("endorsed twice", proposal.ErrState, again)
	})
}

// Who endorsed does not decide too: it is not offered to him, not his to do, and
// another is asked.
func TestWhoEndorsedDoesNotDecide(t *testing.T) {
	each(t, func(w *world) {
		both := w.as(w.user("both", "双岗", "maintainer", w.one), w.one, append(slices.Clone(endorses), decides...)...)
		d := w.propose(w.phoneAndJob(w.customer()))
		d, err := w.Endorse(both, d.ID, d.Version)
		w.must(err)
		if slices.Contains(d.May, "decide") || len(w.listed(both, proposal.Filter{View: proposal.ToDecide})) > 0 || len(w.open(both)) > 0 {
			w.t.Errorf("offered to its endorser: %v %v", d.May, w.open(both))
		}
		if _, err := w.Decide(both, d.ID, d.Version, verdicts(d, "contacts")); !errors.Is(err, proposal.ErrEndorser) {
			w.t.Errorf("decided by its endorser: %v", err)
		}
		if len(w.open(w.maintainer)) != 1 || len(w.listed(w.maintainer, proposal.Filter{View: proposal.ToDecide})) != 1 {
			w.t.Errorf("not asked: %v", w.open(w.maintainer))
		}
		_, err = w.Decide(w.maintainer, d.ID, d.Version, verdicts(d, "contacts"))
		w.must(err)
	})
}

func TestWhatIsRefused(t *testing.T) {
	each(t, func(w *world) {
		c := w.customer()
		in := w.phoneAndJob(c)
		refused := func(name string, want error, change func(in *proposal.Input)) {
			w.t.Helper()
			bad := in
			change(&bad)
			_, err := w.Create(w.clerk, "", bad)
			if want == nil && fault.KindOf(err) != fault.Invalid || want != nil && !errors.Is(err, want) {
				w.t.Errorf("%s: %v", name, err)
			}
		}
		refused("without a reason", nil, func(in *proposal.Input) { in.Reason = "  " })
		refused("nothing", customer.ErrUnaltered, func(in *proposal.Input) { in.Change = nil })
		refused("an old record", db.ErrStale, func(in *proposal.Input) { in.CustomerVersion = 7 })
		refused("nobody", db.ErrNotFound, func(in *proposal.Input) { in.CustomerID = id.ID{7} })
		refused("both", nil, func(in *proposal.Input) { in.Customer = &customer.CreateInput{} })
		refused("a bad phone", nil, func(in *proposal.Input) {
			in.Change = &customer.UpdateInput{Contacts: set([]customer.ContactInput{{Kind: customer.Phone, Value: "12"}})}
		})
		refused("no such field", nil, func(in *proposal.Input) { in.Fields = map[string]string{"nothing": "1"} })
		refused("a duplicate", customer.ErrDuplicates, func(in *proposal.Input) {
			in.CustomerID, in.Change = id.ID{}, nil
			in.Customer = &customer.CreateInput{Kind: customer.KindPerson, Name: "李四", Contacts: []customer.ContactInput{{Kind: customer.Phone, Value: mobile(1)}}}
		})
		d := w.endorsed(in)
		for name, change := range map[string]func(d *proposal.DecideInput){
			"one left out":      func(d *proposal.DecideInput) { d.Verdicts = d.Verdicts[1:] },
			"no word":           func(d *proposal.DecideInput) { d.Verdicts[0] = proposal.Verdict{Key: d.Verdicts[0].Key} },
			"one twice":         func(d *proposal.DecideInput) { d.Verdicts[0] = d.Verdicts[1] },
			"of something else": func(d *proposal.DecideInput) { d.Verdicts[0].Key = "name" },
		} {
			bad := verdicts(d, "contacts")
			change(&bad)
			if _, err := w.Decide(w.maintainer, d.ID, d.Version, bad); fault.KindOf(err) != fault.Invalid {
				w.t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// Lists show everybody his share.
func TestLists(t *testing.T) {
	each(t, func(w *world) {
		var made []proposal.Detail
		for range 3 {
			made = append(made, w.propose(w.phoneAndJob(w.customer())))
		}
		_, err := w.Endorse(w.head, made[1].ID, 1)
		w.must(err)
		third, err := w.Endorse(w.head, made[2].ID, 1)
		w.must(err)
		_, err = w.Decide(w.second, third.ID, 2, verdicts(third))
		w.must(err)
		one, two, three := made[0].ID, made[1].ID, made[2].ID
		for _, x := range []struct {
			name string
			of   context.Context
			f    proposal.Filter
			want []id.ID
		}{
			{"mine", w.clerk, proposal.Filter{View: proposal.Mine}, []id.ID{three, two, one}},
			{"all I may see", w.clerk, proposal.Filter{}, []id.ID{three, two, one}},
			{"the head's all", w.head, proposal.Filter{}, []id.ID{three, two, one}},
			{"to endorse", w.head, proposal.Filter{View: proposal.ToEndorse}, []id.ID{one}},
			{"to decide", w.maintainer, proposal.Filter{View: proposal.ToDecide}, []id.ID{two}},
			{"not the clerk's to decide", w.clerk, proposal.Filter{View: proposal.ToDecide}, nil},
			{"decided", w.maintainer, proposal.Filter{View: proposal.Decided}, []id.ID{three}},
			{"of a customer", w.maintainer, proposal.Filter{CustomerID: made[1].CustomerID}, []id.ID{two}},
			{"by state", w.head, proposal.Filter{State: proposal.Rejected}, []id.ID{three}},
			{"elsewhere", w.stranger, proposal.Filter{}, nil},
			{"of another company", w.head, proposal.Filter{OrgID: w.two.ID}, nil},
		} {
			if got := w.listed(x.of, x.f); !slices.Equal(got, x.want) {
				w.t.Errorf("%s: %v, want %v", x.name, got, x.want)
			}
		}
		counts, err := w.Counts(w.head, id.ID{})
		if err != nil || counts != (proposal.Counts{Endorse: 1}) {
			w.t.Errorf("%+v, %v", counts, err)
		}
	})
}
