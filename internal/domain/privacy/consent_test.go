package privacy_test

import (
	"context"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func (w *world) consents(c customer.Customer, purpose string) (given bool) {
	w.t.Helper()
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) (err error) {
		given, err = w.ConsentTx(tx, c.OrgID, c.ID, purpose)
		return err
	}))
	return given
}

var sms = privacy.ConsentInput{Purpose: "marketing_sms", TextVersion: "2026-1", Channel: "counter"}

func TestConsentIsGivenAndWithdrawn(t *testing.T) {
	each(t, func(w *world) {
		c := w.person("张三")
		if w.consents(c, "marketing_sms") {
			w.t.Error("consents to what nobody asked")
		}
		_, err := w.Withdraw(w.as(clerk), "", c.ID, sms)
		w.wants(err, privacy.ErrNotGiven)
		first, err := w.Give(w.as(clerk), "k", c.ID, sms)
		w.must(err)
		same, err := w.Give(w.as(clerk), "k", c.ID, sms)
		w.must(err)
		if first.ID != same.ID || !w.consents(c, "marketing_sms") || w.consents(c, "survey_contact") {
			w.t.Errorf("given %+v, %+v", first, same)
		}
		_, err = w.Give(w.as(clerk), "", c.ID, sms)
		w.wants(err, privacy.ErrGiven)
		w.now = w.now.Add(time.Hour)
		_, err = w.Withdraw(w.as(clerk), "", c.ID, privacy.ConsentInput{Purpose: "marketing_sms", Channel: "phone"})
		w.must(err)
		if w.consents(c, "marketing_sms") {
			w.t.Error("still consents")
		}
		states, err := w.Consents(w.as(clerk), c.ID)
		w.must(err)
		if len(states) != 5 || states[0].Given || len(states[0].History) != 2 || states[0].History[1].ID != first.ID || states[0].Last.Channel != "phone" {
			w.t.Errorf("states %+v", states)
		}
	})
}

func TestConsentIsHeldToItsText(t *testing.T) {
	each(t, func(w *world) {
		c := w.person("李四")
		for want, in := range map[error]privacy.ConsentInput{
			privacy.ErrVersion:  {Purpose: "marketing_sms", TextVersion: "2025-1", Channel: "phone"},
			privacy.ErrPurpose:  {Purpose: "selling", TextVersion: "2026-1", Channel: "phone"},
			privacy.ErrEvidence: {Purpose: "marketing_sms", TextVersion: "2026-1", Channel: "phone", EvidenceID: c.ID},
		} {
			_, err := w.Give(w.as(clerk), "", c.ID, in)
			w.wants(err, want)
		}
		late := sms
		late.At = w.now.Add(time.Hour)
		if _, err := w.Give(w.as(clerk), "", c.ID, late); err == nil {
			w.t.Error("given in the future")
		}
	})
}

func TestLowIncomeIsApart(t *testing.T) {
	each(t, func(w *world) {
		c := w.person("王五")
		in := privacy.ConsentInput{Purpose: "low_income_processing", TextVersion: "2026-1", Channel: "counter"}
		without := w.as(clerk, "consent.list", "consent.give", "consent.withdraw")
		_, err := w.Give(without, "", c.ID, in)
		w.wants(err, privacy.ErrPurpose)
		_, err = w.Give(w.as(clerk), "", c.ID, in)
		w.must(err)
		states, err := w.Consents(without, c.ID)
		w.must(err)
		for _, s := range states {
			if s.Sensitive {
				w.t.Errorf("shown without its permission: %+v", s)
			}
		}
		events, _, err := w.customers.Timeline(w.as(clerk), c.ID, customer.TimelineFilter{Module: "privacy"}, customer.Page{Limit: 20})
		w.must(err)
		if len(events) != 0 || len(states) != 4 || !w.consents(c, "low_income_processing") {
			w.t.Errorf("events %+v, %d purposes", events, len(states))
		}
	})
}

// Consents follow a merge: the last thing the person said holds, and undoing the merge
// takes them apart again.
func TestConsentsFollowAMerge(t *testing.T) {
	each(t, func(w *world) {
		into, from := w.person("赵六", "13800138000"), w.person("赵六", "13800138001")
		_, err := w.Give(w.as(clerk), "", into.ID, sms)
		w.must(err)
		w.now = w.now.Add(time.Hour)
		_, err = w.Give(w.as(clerk), "", from.ID, sms)
		w.must(err)
		w.now = w.now.Add(time.Hour)
		_, err = w.Withdraw(w.as(clerk), "", from.ID, sms)
		w.must(err)
		_, err = w.customers.Merge(w.as(clerk), into.ID, into.Version, customer.MergeInput{FromID: from.ID, FromVersion: from.Version})
		w.must(err)
		if w.consents(into, "marketing_sms") || w.consents(from, "marketing_sms") {
			w.t.Error("consents although he withdrew")
		}
		gone, err := w.customers.Get(w.as(clerk), from.ID)
		w.must(err)
		_, err = w.customers.Unmerge(w.as(clerk), from.ID, gone.Version)
		w.must(err)
		if !w.consents(into, "marketing_sms") || w.consents(from, "marketing_sms") {
			w.t.Error("not taken apart")
		}
	})
}
