package privacy_test

import (
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// setting is a purpose as the settings show it.
func (w *world) setting(code string) privacy.PurposeSetting {
	w.t.Helper()
	all, err := w.Purposes(w.as(head), w.one.ID)
	w.must(err)
	for _, p := range all {
		if p.Code == code {
			return p
		}
	}
	w.t.Fatalf("no purpose %s in %+v", code, all)
	return privacy.PurposeSetting{}
}

// input is a purpose as it is, to be changed.
func input(p privacy.PurposeSetting) privacy.PurposeInput {
	return privacy.PurposeInput{NameZh: p.NameZh, NameEn: p.NameEn, Sensitive: p.Sensitive, SourceZh: p.SourceZh, SourceEn: p.SourceEn, TextZh: p.Text.Zh, TextEn: p.Text.En}
}

// Another text is another version: who consented before is asked anew, and until then
// the use is not allowed. Another name asks nobody.
func TestAChangedTextAsksAnew(t *testing.T) {
	each(t, func(w *world) {
		c := w.person("张三")
		_, err := w.Give(w.as(clerk), "", c.ID, sms)
		w.must(err)
		in := input(w.setting("marketing_sms"))
		in.NameZh = "营销短信"
		p, err := w.UpdatePurpose(w.as(head), w.one.ID, "marketing_sms", 0, privacy.PurposeChange{PurposeInput: in})
		w.must(err)
		if p.Given != 1 || p.Outdated != 0 || !p.Used || p.Version != 1 || len(p.Texts) != 1 || !w.consents(c, "marketing_sms") {
			w.t.Errorf("another name: %+v", p)
		}
		in.TextZh, in.TextEn = "每月不超过 2 条。", "At most two a month."
		_, err = w.UpdatePurpose(w.as(head), w.one.ID, "marketing_sms", 0, privacy.PurposeChange{PurposeInput: in})
		w.wants(err, db.ErrStale)
		p, err = w.UpdatePurpose(w.as(head), w.one.ID, "marketing_sms", 1, privacy.PurposeChange{PurposeInput: in})
		w.must(err)
		if p.Given != 0 || p.Outdated != 1 || p.Text.Version != "2026-2" || p.Text.From != "2026-03-02" || w.consents(c, "marketing_sms") {
			w.t.Errorf("another text: %+v", p)
		}
		states, err := w.Consents(w.as(clerk), c.ID)
		w.must(err)
		if s := states[0]; s.NameZh != "营销短信" || s.Given || !s.Outdated {
			w.t.Errorf("state %+v", s)
		}
		_, err = w.Give(w.as(clerk), "", c.ID, sms)
		w.wants(err, privacy.ErrVersion)
		anew := sms
		anew.TextVersion = "2026-2"
		_, err = w.Give(w.as(clerk), "", c.ID, anew)
		w.must(err)
		if p := w.setting("marketing_sms"); p.Given != 1 || p.Outdated != 0 || !w.consents(c, "marketing_sms") {
			w.t.Errorf("consented anew: %+v", p)
		}
		events, _, err := w.customers.Timeline(w.as(clerk), c.ID, customer.TimelineFilter{Module: "privacy"}, customer.Page{Limit: 20})
		w.must(err)
		if len(events) != 2 || events[0].Text != "同意：营销短信" {
			w.t.Errorf("events %+v", events)
		}
	})
}

// A company adds purposes of its own; one that was used is retired, not deleted, and a
// retired one allows nothing and is asked of nobody.
func TestPurposesAreAddedRetiredAndDeleted(t *testing.T) {
	each(t, func(w *world) {
		in := privacy.PurposeNew{Code: "ev_charging", PurposeInput: privacy.PurposeInput{NameZh: "充电服务", NameEn: "Charging", TextZh: "同意联系", TextEn: "I agree"}}
		first, err := w.CreatePurpose(w.as(head), "k", in)
		w.must(err)
		_, err = w.CreatePurpose(w.as(head), "k", in)
		w.must(err)
		_, err = w.CreatePurpose(w.as(head), "", in)
		w.wants(err, privacy.ErrCodeTaken)
		in.Code = "marketing_sms"
		_, err = w.CreatePurpose(w.as(head), "", in)
		w.wants(err, privacy.ErrCodeTaken)
		in.Code, in.TextZh = "empty", "  "
		if _, err = w.CreatePurpose(w.as(head), "", in); err == nil {
			w.t.Error("a purpose without a text")
		}
		c := w.person("李四")
		_, err = w.Give(w.as(clerk), "", c.ID, privacy.ConsentInput{Purpose: "ev_charging", TextVersion: first.Text.Version, Channel: "counter"})
		w.must(err)
		w.wants(w.DeletePurpose(w.as(head), w.one.ID, "ev_charging", 1), privacy.ErrPurposeUsed)
		w.wants(w.DeletePurpose(w.as(head), w.one.ID, "data_sharing", 0), privacy.ErrShipped)
		w.wants(w.DeletePurpose(w.as(stranger), w.two.ID, "ev_charging", 1), db.ErrNotFound)
		_, err = w.UpdatePurpose(w.as(head), w.one.ID, "ev_charging", 1, privacy.PurposeChange{PurposeInput: input(w.setting("ev_charging")), Retired: true})
		w.must(err)
		other := w.person("王五")
		_, err = w.Give(w.as(clerk), "", other.ID, privacy.ConsentInput{Purpose: "ev_charging", TextVersion: first.Text.Version, Channel: "counter"})
		w.wants(err, privacy.ErrRetired)
		if mine, his := w.states(c), w.states(other); w.consents(c, "ev_charging") || len(mine) != 6 || len(his) != 5 {
			w.t.Errorf("retired: %d and %d purposes", len(mine), len(his))
		}
		_, err = w.Withdraw(w.as(clerk), "", c.ID, privacy.ConsentInput{Purpose: "ev_charging", Channel: "counter"})
		w.must(err)
		in.Code, in.TextZh = "unused", "同意"
		_, err = w.CreatePurpose(w.as(head), "", in)
		w.must(err)
		w.must(w.DeletePurpose(w.as(head), w.one.ID, "unused", 1))
	})
}

func (w *world) states(c customer.Customer) []privacy.PurposeState {
	w.t.Helper()
	all, err := w.Consents(w.as(clerk), c.ID)
	w.must(err)
	return all
}

// Sensitive purposes are for those who hold their permission; one that becomes
// sensitive needs a text that is agreed to apart.
func TestSensitivePurposesAreApart(t *testing.T) {
	each(t, func(w *world) {
		without := w.as(second, "consent.purposes", "consent.create_purpose", "consent.update_purpose", "consent.delete_purpose")
		seen, err := w.Purposes(without, w.one.ID)
		w.must(err)
		if len(seen) != 4 {
			w.t.Errorf("seen %+v", seen)
		}
		in := privacy.PurposeNew{Code: "illness", PurposeInput: privacy.PurposeInput{NameZh: "病情", NameEn: "Illness", Sensitive: true, TextZh: "单独同意", TextEn: "I agree"}}
		if _, err = w.CreatePurpose(without, "", in); err == nil {
			w.t.Error("made a sensitive purpose without its permission")
		}
		p, err := w.CreatePurpose(w.as(head), "", in)
		w.must(err)
		_, err = w.UpdatePurpose(without, w.one.ID, p.Code, p.Version, privacy.PurposeChange{PurposeInput: in.PurposeInput})
		w.wants(err, db.ErrNotFound)
		open := input(w.setting("survey_contact"))
		open.Sensitive = true
		if _, err = w.UpdatePurpose(w.as(head), w.one.ID, "survey_contact", 0, privacy.PurposeChange{PurposeInput: open}); err == nil {
			w.t.Error("sensitive by the text of before")
		}
		open.TextZh = "单独同意：" + open.TextZh
		_, err = w.UpdatePurpose(without, w.one.ID, "survey_contact", 0, privacy.PurposeChange{PurposeInput: open})
		if err == nil {
			w.t.Error("hid a purpose from himself")
		}
		_, err = w.UpdatePurpose(w.as(head), w.one.ID, "survey_contact", 0, privacy.PurposeChange{PurposeInput: open})
		w.must(err)
	})
}
