package portal_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/portal"
	"github.com/zhiyin-power/zhiyin/internal/domain/promise"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// keeper is somebody who keeps promises.
func (w *world) keeper() id.ID {
	w.t.Helper()
	if w.head.IsZero() {
		made, err := w.a.Users.Bootstrap(context.Background(), access.UserInput{Login: "head", Name: "李主任", Password: "a long enough password 1", HomeOrgID: w.a.One.ID}, "head")
		w.must(err)
		w.head = made
	}
	return w.head
}

// promised promises a customer something in a case of his, or in none.
func (w *world) promised(c customer.Customer, in feedback.Detail, words string, hours int64) promise.Detail {
	w.t.Helper()
	offer := promise.CreateInput{OrgID: w.a.One.ID, Type: "callback", Value: hours, Words: words, Note: "内部备注", CustomerID: c.ID, OwnerID: w.keeper()}
	if !in.ID.IsZero() {
		offer.SourceType, offer.SourceID = promise.OfCase, in.ID
	}
	p, err := w.promises.Create(w.system(), "", offer)
	w.must(err)
	return p
}

func TestACustomerSeesWhatWasPromisedToHim(t *testing.T) {
	each(t, func(w *world) {
		mine, secret := w.registered(w.li, feedback.Facts{Text: "窗口人员态度生硬"}), w.registered(w.li, feedback.Facts{Text: "抄表员受贿", Secret: true})
		inCase := w.promised(w.li, mine, "今天给您回电话", 240)
		w.promised(w.li, secret, "保密处理", 240)
		w.promised(w.wang, feedback.Detail{}, "给王大力的承诺", 240)
		loose := w.promised(w.li, feedback.Detail{}, "一小时内回电", 60)
		ctx := w.signedIn(liNo)
		w.later(30 * time.Minute)
		all, err := w.MyPromises(ctx)
		w.must(err)
		if len(all) != 2 || all[0].ID != loose.ID || !all[0].Overdue || all[1].ID != inCase.ID || all[1].CaseNo != mine.CaseNo || all[1].Overdue || all[1].Words != "今天给您回电话" {
			w.t.Errorf("%+v", all)
		}
		c, err := w.Case(ctx, mine.ID)
		w.must(err)
		if len(c.Promises) != 1 || c.Promises[0].ID != inCase.ID {
			w.t.Errorf("%+v", c.Promises)
		}
		_, err = w.promises.Keep(w.system(), loose.ID, loose.Version, promise.KeepInput{Evidence: "通话录音 12"})
		w.must(err)
		if all, err = w.MyPromises(ctx); err != nil || all[1].State != promise.Late || all[1].EndedAt == 0 {
			w.t.Errorf("%+v %v", all, err)
		}
		if _, err := w.MyPromises(stranger("192.0.2.1")); !errors.Is(err, portal.ErrLogin) {
			w.t.Errorf("a stranger: %v", err)
		}
	})
}

// The staff tells a customer the code; that somebody saw it is put down, the code is not.
func TestTheLookUpCodeForTheStaff(t *testing.T) {
	each(t, func(w *world) {
		mine := w.registered(w.li, feedback.Facts{Text: "窗口人员态度生硬"})
		slip, err := w.Slip(w.system(), mine.ID)
		w.must(err)
		c, err := w.Case(w.signedIn(liNo), mine.ID)
		w.must(err)
		if slip.LookupCode != c.LookupCode || slip.CaseNo != mine.CaseNo || slip.Address != "" || slip.CompanyName == "" {
			w.t.Errorf("%+v", slip)
		}
		w.must(w.a.DB.Read(context.Background(), func(tx *db.Tx) error {
			var all []struct {
				Action string `db:"action"`
				Before []byte `db:"before"`
				After  []byte `db:"after"`
			}
			err := tx.Select(&all, "SELECT action, before, after FROM audit_entry WHERE action = 'portal.lookup_code'")
			if len(all) != 1 || bytes.Contains(all[0].After, []byte(slip.LookupCode)) {
				w.t.Errorf("%d entries", len(all))
			}
			return err
		}))
		other := access.WithCaller(context.Background(), access.NewCaller(access.User{Name: "易"}, w.tree, access.Held{Patterns: access.Patterns{"*"}, OrgID: w.a.Two.ID}))
		if _, err := w.Slip(other, mine.ID); !errors.Is(err, db.ErrNotFound) {
			w.t.Errorf("another company: %v", err)
		}
		bare := access.WithCaller(context.Background(), access.NewCaller(access.User{Name: "易"}, w.tree, access.Held{Patterns: access.Patterns{"feedback.*"}, OrgID: w.a.One.ID}))
		if _, err := w.Slip(bare, mine.ID); !errors.Is(err, access.ErrForbidden) {
			w.t.Errorf("without the right: %v", err)
		}
		_, err = w.SetSetting(w.system(), w.a.One.ID, 1, portal.SettingInput{})
		w.must(err)
		if _, err := w.Slip(w.system(), mine.ID); !errors.Is(err, portal.ErrOff) {
			w.t.Errorf("off: %v", err)
		}
	})
}

func TestWhereThePortalIs(t *testing.T) {
	each(t, func(w *world) {
		for _, address := range []string{"http://fw.example.com", "fw.example.com", "https://fw.example.com/x", "https://a:b@fw.example.com", "https://fw.example.com?x=1", "javascript:alert(1)", "https://"} {
			_, err := w.SetSetting(w.system(), w.a.One.ID, 1, portal.SettingInput{Enabled: true, Address: address})
			var f *fault.Error
			if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != "address" {
				w.t.Errorf("%s: %v", address, err)
			}
		}
		guide := func() (code, link string) {
			w.must(w.a.DB.Read(context.Background(), func(tx *db.Tx) (err error) {
				code, link, err = w.GuideTx(tx, w.a.One.ID, id.ID{15: 7})
				return err
			}))
			return code, link
		}
		if code, link := guide(); len(code) != 8 || link != "" {
			w.t.Errorf("without an address: %q %q", code, link)
		}
		set, err := w.SetSetting(w.system(), w.a.One.ID, 1, portal.SettingInput{Enabled: true, Address: " https://fw.example.com/ "})
		w.must(err)
		if _, link := guide(); set.Address != "https://fw.example.com" || link != "https://fw.example.com/service/cases/"+(id.ID{15: 7}).String() {
			w.t.Errorf("%q %q", set.Address, link)
		}
		_, err = w.SetSetting(w.system(), w.a.One.ID, 2, portal.SettingInput{Address: set.Address})
		w.must(err)
		if code, link := guide(); code != "" || link != "" {
			w.t.Errorf("turned off: %q %q", code, link)
		}
	})
}
