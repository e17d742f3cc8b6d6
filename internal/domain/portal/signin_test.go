package portal_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/portal"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

func (w *world) byCode(c portal.Challenge, code string) (string, error) {
	token, _, err := w.LoginByCode(stranger("192.0.2.9"), portal.CodeInput{Company: company, Challenge: c.ID, Code: code})
	return token, err
}

func (w *world) byPassword(no, password string) (string, error) {
	token, _, err := w.LoginByPassword(stranger("192.0.2.9"), portal.PasswordInput{Company: company, AccountNo: no, Password: password})
	return token, err
}

// A stranger is told the same of an account that is there, of one without a telephone and
// of one that is not; a code that nobody was sent is a wrong one.
func TestAStrangerLearnsNothing(t *testing.T) {
	each(t, func(w *world) {
		for no, sent := range map[string]bool{liNo: true, huNo: false, "9999999999": false, "ＡＢ　12": false} {
			c, code := w.asked(no)
			if c.ValidSeconds != 300 || c.AgainSeconds != 60 || c.ID.IsZero() || (code != "") != sent {
				w.t.Errorf("%s: %+v, code %q", no, c, code)
			}
			if _, err := w.byCode(c, "000000"); !errors.Is(err, portal.ErrCode) {
				w.t.Errorf("%s, wrong code: %v", no, err)
			}
			if _, err := w.byPassword(no, "kennwort 7"); !errors.Is(err, portal.ErrCredentials) {
				w.t.Errorf("%s, no password: %v", no, err)
			}
		}
		if n := w.count("SELECT count(*) FROM portal_code WHERE account_no <> $1", []byte{}); n != 0 {
			w.t.Errorf("%d typed numbers are kept", n)
		}
		for _, of := range []string{"1002", "9", ""} {
			if _, err := w.Ask(stranger("192.0.2.1"), portal.AskInput{Company: of, AccountNo: liNo}); !errors.Is(err, portal.ErrOff) {
				w.t.Errorf("company %q: %v", of, err)
			}
		}
	})
}

func TestACodeIsGoodOnceAndForMinutes(t *testing.T) {
	each(t, func(w *world) {
		c, code := w.asked(liNo)
		token, err := w.byCode(c, code)
		w.must(err)
		ctx, err := w.with(token)
		w.must(err)
		if me, err := w.Me(ctx); err != nil || me.AccountNo != liNo || me.Name != "李*明" && me.Name != "李**" || !strings.Contains(me.Phone, "****") || me.HasPassword || !me.ByCode {
			w.t.Errorf("me %+v, %v", me, err)
		}
		if _, err := w.byCode(c, code); !errors.Is(err, portal.ErrCode) {
			w.t.Errorf("used twice: %v", err)
		}
		w.later(2 * time.Minute)
		c, code = w.asked(liNo)
		w.later(5*time.Minute + time.Second)
		if _, err := w.byCode(c, code); !errors.Is(err, portal.ErrCode) {
			w.t.Errorf("too late: %v", err)
		}
		other, _ := w.asked(wangNo)
		w.later(time.Minute)
		if _, code = w.asked(liNo); code != "" {
			if _, err := w.byCode(other, code); !errors.Is(err, portal.ErrCode) {
				w.t.Errorf("for another's challenge: %v", err)
			}
		}
	})
}

// Whoever guesses has five tries of a code, and five codes an hour: of a thousand guesses
// of one code 995 are not even compared.
func TestAThousandGuesses(t *testing.T) {
	each(t, func(w *world) {
		c, code := w.asked(liNo)
		for i := range 1000 {
			if guess := fmt.Sprintf("%06d", i); guess != code {
				_, _, err := w.LoginByCode(stranger(fmt.Sprintf("192.0.2.%d", 10+i/90)), portal.CodeInput{Company: company, Challenge: c.ID, Code: guess})
				if !errors.Is(err, portal.ErrCode) {
					w.t.Fatalf("guess %d: %v", i, err)
				}
			}
		}
		if _, err := w.byCode(c, code); !errors.Is(err, portal.ErrCode) {
			w.t.Errorf("the right one after them: %v", err)
		}
		if n := w.count("SELECT tries FROM portal_code WHERE id = $1", c.ID); n != 5 {
			w.t.Errorf("%d tries", n)
		}
	})
}

func TestHowOftenStrangersMayTry(t *testing.T) {
	each(t, func(w *world) {
		tooMany := func(what string, err error) {
			w.t.Helper()
			var f *fault.Error
			if !errors.As(err, &f) || !errors.Is(err, rest.ErrTooMany) || f.Params["retry_after_s"] == nil {
				w.t.Errorf("%s: %v", what, err)
			}
		}
		ask := func(address, no string) error {
			_, err := w.Ask(stranger(address), portal.AskInput{Company: company, AccountNo: no})
			return err
		}
		w.must(ask("192.0.2.1", liNo))
		tooMany("a second code at once", ask("192.0.2.2", " "+liNo)) // the same number
		for range 4 {
			w.later(61 * time.Second)
			w.must(ask("192.0.2.1", liNo))
		}
		w.later(61 * time.Second)
		tooMany("a sixth code in an hour", ask("192.0.2.3", liNo))
		w.must(ask("192.0.2.3", wangNo))
		for i := range 60 {
			_ = ask("198.51.100.1", fmt.Sprint("7", i))
		}
		tooMany("from one address", ask("198.51.100.1", "799"))
		for range 10 {
			if _, err := w.byPassword(liNo, "kennwort 7"); !errors.Is(err, portal.ErrCredentials) {
				w.t.Fatal(err)
			}
		}
		_, err := w.byPassword(liNo, "kennwort 7")
		tooMany("an eleventh password", err)
		w.later(16 * time.Minute)
		if _, err := w.byPassword(liNo, "kennwort 7"); !errors.Is(err, portal.ErrCredentials) {
			w.t.Errorf("a quarter of an hour later: %v", err)
		}
		w.later(25 * time.Hour)
		w.must(w.Keep(context.Background()))
		if n := w.count("SELECT (SELECT count(*) FROM portal_limit) + (SELECT count(*) FROM portal_code)"); n != 0 {
			w.t.Errorf("%d rows are kept for ever", n)
		}
	})
}

// Of two who send the right code at once, one is signed in.
func TestACodeUsedTwiceAtOnce(t *testing.T) {
	each(t, func(w *world) {
		c, code := w.asked(liNo)
		var wg sync.WaitGroup
		errs := make([]error, 4)
		for i := range errs {
			wg.Go(func() { _, errs[i] = w.byCode(c, code) })
		}
		wg.Wait()
		in := 0
		for _, err := range errs {
			if err == nil {
				in++
			} else if !errors.Is(err, portal.ErrCode) {
				w.t.Error(err)
			}
		}
		if in != 1 || w.count("SELECT count(*) FROM portal_session") != 1 {
			w.t.Errorf("%d signed in", in)
		}
	})
}

func TestServicePassword(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.signedIn(liNo)
		for _, bad := range []string{"kurz", "12345678", liNo} {
			if err := w.SetPassword(ctx, portal.SetPasswordInput{New: bad}); fault.KindOf(err) != fault.Invalid {
				w.t.Errorf("%s: %v", bad, err)
			}
		}
		w.signedIn(liNo) // elsewhere
		w.must(w.SetPassword(ctx, portal.SetPasswordInput{New: "erstes kennwort 1"}))
		if n := w.count("SELECT count(*) FROM portal_session"); n != 1 {
			w.t.Errorf("%d sessions after a new password: the other one goes on", n)
		}
		if _, err := w.byPassword(wangNo, "erstes kennwort 1"); !errors.Is(err, portal.ErrCredentials) {
			w.t.Errorf("another's account: %v", err)
		}
		token, err := w.byPassword(liNo, "erstes kennwort 1")
		w.must(err)
		ctx, err = w.with(token)
		w.must(err)
		if err := w.SetPassword(ctx, portal.SetPasswordInput{Old: "falsch", New: "zweites kennwort 2"}); !errors.Is(err, portal.ErrOldPassword) {
			w.t.Errorf("wrong old one: %v", err)
		}
		w.must(w.SetPassword(ctx, portal.SetPasswordInput{Old: "erstes kennwort 1", New: "zweites kennwort 2"}))
		all, err := w.Access(w.system(), w.li.ID)
		if err != nil || len(all.Accounts) != 1 || !all.Accounts[0].HasPassword || all.Accounts[0].Sessions != 1 || !all.HasPhone || !all.MayReset || !all.Enabled {
			w.t.Errorf("access %+v, %v", all, err)
		}
		if err := w.Reset(w.system(), w.wang.ID, w.account[liNo].ID); !errors.Is(err, db.ErrNotFound) {
			w.t.Errorf("reset as another's: %v", err)
		}
		w.must(w.Reset(w.system(), w.li.ID, w.account[liNo].ID))
		if _, err := w.with(token); !errors.Is(err, portal.ErrLogin) {
			w.t.Errorf("a session after the reset: %v", err)
		}
		if _, err := w.byPassword(liNo, "zweites kennwort 2"); !errors.Is(err, portal.ErrCredentials) {
			w.t.Errorf("a password after the reset: %v", err)
		}
	})
}

func TestASessionEnds(t *testing.T) {
	each(t, func(w *world) {
		open := func() string {
			w.t.Helper()
			w.later(time.Hour)
			c, code := w.asked(liNo)
			token, err := w.byCode(c, code)
			w.must(err)
			return token
		}
		over := func(what, token string) {
			w.t.Helper()
			if _, err := w.with(token); !errors.Is(err, portal.ErrLogin) {
				w.t.Errorf("%s: %v", what, err)
			}
		}
		token := open()
		for range 23 { // it is used for longer than a session may last
			w.later(29 * time.Minute)
			_, err := w.with(token)
			w.must(err)
		}
		w.later(59 * time.Minute)
		over("twelve hours are over", token)
		token = open()
		w.later(31 * time.Minute)
		over("half an hour without use", token)
		w.later(-10 * time.Minute)
		over("the clock is set back", token)
		token = open()
		over("another company's", w.a.Two.ID.String()+token[36:])
		over("nobody's", "x."+token)
		over("none", "")
		ctx, err := w.with(token)
		w.must(err)
		if _, err := access.Allow(ctx, customer.PermGet); !errors.Is(err, access.ErrLogin) {
			w.t.Errorf("a customer is let in by %v", err)
		}
		w.must(w.Logout(ctx))
		over("signed out", token)
		token = open()
		_, err = w.SetSetting(w.system(), w.a.One.ID, 1, portal.SettingInput{})
		w.must(err)
		over("turned off", token)
		_, err = w.SetSetting(w.system(), w.a.One.ID, 2, portal.SettingInput{Enabled: true})
		w.must(err)
		over("turned off and on", token)
		if _, err := w.SetSetting(w.system(), w.a.One.ID, 2, portal.SettingInput{}); !errors.Is(err, db.ErrStale) {
			w.t.Errorf("an old version: %v", err)
		}
	})
}

// When the account goes to another customer, whoever signed in before is out, and his
// password opens nothing.
func TestAnAccountThatGoesToAnother(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.signedIn(liNo)
		w.must(w.SetPassword(ctx, portal.SetPasswordInput{New: "erstes kennwort 1"}))
		token, err := w.byPassword(liNo, "erstes kennwort 1")
		w.must(err)
		w.must(w.a.DB.Write(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE account SET customer_id = $1 WHERE id = $2", w.wang.ID, w.account[liNo].ID)
			return err
		}))
		if _, err := w.with(token); !errors.Is(err, portal.ErrLogin) {
			w.t.Errorf("the session of the customer before: %v", err)
		}
		if _, err := w.byPassword(liNo, "erstes kennwort 1"); !errors.Is(err, portal.ErrCredentials) {
			w.t.Errorf("the password of the customer before: %v", err)
		}
		v := portal.VisitorOf(w.signedIn(liNo))
		if v.CustomerID != w.wang.ID {
			w.t.Errorf("%+v", v)
		}
		if n := w.count("SELECT count(*) FROM portal_access WHERE password_hash <> ''"); n != 0 {
			w.t.Error("the password of the customer before is kept")
		}
	})
}

func TestOnlyWhoMayManagesThePortal(t *testing.T) {
	each(t, func(w *world) {
		none := access.WithCaller(context.Background(), access.NewCaller(access.User{Name: "none"}, w.tree))
		other := access.WithCaller(context.Background(), access.NewCaller(access.User{Name: "other"}, w.tree, access.Held{Patterns: access.Patterns{"*"}, OrgID: w.a.Two.ID}))
		for _, err := range []error{second(w.Setting(none, id.ID{})), second(w.SetSetting(none, id.ID{}, 1, portal.SettingInput{})), second(w.Access(none, w.li.ID)), w.Reset(none, w.li.ID, w.account[liNo].ID)} {
			if !errors.Is(err, access.ErrForbidden) {
				w.t.Error(err)
			}
		}
		for _, err := range []error{second(w.Setting(other, w.a.One.ID)), second(w.Access(other, w.li.ID)), w.Reset(other, w.li.ID, w.account[liNo].ID)} {
			if !errors.Is(err, db.ErrNotFound) {
				w.t.Error(err)
			}
		}
		all, err := w.Companies(context.Background())
		if err != nil || len(all) != 1 || all[0].Code != company {
			w.t.Errorf("companies %+v, %v", all, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }
