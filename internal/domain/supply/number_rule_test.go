package supply_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// However accounts are numbered anew, each number, current or former, leads to one
// account, and each account has one current number: the one it shows.
func TestEveryNumberLeadsToOneAccount(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.a, "supply.*", "customer.reveal")
		var ids []id.ID
		for i := range 3 {
			a, err := supply.AddAccount(ctx, w.svc, "", account(fmt.Sprint(i), "张伟"))
			if err != nil {
				w.t.Fatal(err)
			}
			ids = append(ids, a.ID)
		}
		w.check(20, func(rt *rapid.T) {
			for range 3 {
				w.renumber(rt, rapid.SampledFrom(ids).Draw(rt, "account"), fmt.Sprint(rapid.IntRange(0, 9).Draw(rt, "number")))
			}
			if n := w.count(`SELECT count(*) FROM account a JOIN account_number n ON n.org_id = a.org_id AND n.account_id = a.id AND n.number = a.account_no AND NOT n.former`); n != 3 {
				rt.Fatalf("%d accounts have their number", n)
			}
			if n := w.count("SELECT count(*) FROM account_number WHERE NOT former"); n != 3 {
				rt.Fatalf("%d current numbers of three accounts", n)
			}
		})
	})
}

// renumber gives an account a number, adds it as a former one or takes it away;
// what is refused is refused for a reason.
func (w *world) renumber(rt *rapid.T, i id.ID, number string) {
	ctx := w.as(w.a, "supply.*", "customer.reveal")
	a, err := supply.ReadAccount(ctx, w.svc, i)
	if err != nil {
		rt.Fatal(err)
	}
	switch rapid.IntRange(0, 2).Draw(rt, "how") {
	case 0:
		a.AccountNo = number
		_, err = supply.ChangeAccount(ctx, w.svc, *a)
	case 1:
		_, err = w.svc.AddNumber(ctx, i, "", number)
	default:
		_, err = w.svc.RemoveNumber(ctx, i, a.Version, number)
	}
	for _, foreseen := range []error{supply.ErrNumberTaken, supply.ErrCurrentNumber, db.ErrNotFound} {
		if errors.Is(err, foreseen) {
			return
		}
	}
	if err != nil {
		rt.Fatal(err)
	}
}

// A former number is as long as any: characters are counted, not bytes.
func TestAFormerNumberIsAsLongAsAny(t *testing.T) {
	each(t, func(w *world) {
		a, _ := w.newAccount("1", "")
		ctx := w.as(w.a, "supply.*")
		long := strings.Repeat("户", 32)
		if numbers, err := w.svc.AddNumber(ctx, a.ID, "", long); err != nil || len(numbers) != 2 || numbers[1].Number != long {
			w.t.Errorf("%+v, %v", numbers, err)
		}
		for number, want := range map[string]string{long + "户": "number=too_long", " \u200b": "number=required"} {
			var f *fault.Error
			if _, err := w.svc.AddNumber(ctx, a.ID, "", number); !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name+"="+f.Fields[0].Code != want {
				w.t.Errorf("%q: %v, want %s", number, err, want)
			}
		}
		if _, err := w.svc.RemoveNumber(ctx, a.ID, 2, long); err != nil {
			w.t.Error(err)
		}
	})
}

// A pattern is one expression: parts that would reach out of it, so that other
// numbers fit as well, are refused.
func TestAPatternCannotReachOut(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.a, "supply.*")
		for _, p := range []string{"[0-9]{10})|(?:.*", "1)|(2", "(", "[0-9", "[0-9]{9999}", `\1`} {
			if _, err := w.svc.SetRule(ctx, w.a, 0, supply.NumberRuleInput{Pattern: p, Example: "2"}); err == nil || !strings.Contains(err.Error(), "pattern=no_pattern") {
				w.t.Errorf("%s: %v", p, err)
			}
		}
		r, err := w.svc.SetRule(ctx, w.a, 0, supply.NumberRuleInput{Pattern: "1|2[0-9]", Example: "2９"})
		if err != nil || r.Example != "29" {
			w.t.Fatalf("%+v, %v", r, err)
		}
		for no, fits := range map[string]bool{"1": true, "29": true, "19": false, "2": false, "2\u200b8": true, "290": false} {
			_, err := supply.AddAccount(ctx, w.svc, "", account(no, "张伟"))
			if (err == nil) != fits {
				w.t.Errorf("%q: %v", no, err)
			}
		}
		if _, err := w.svc.SetRule(w.as(w.city, "supply.*"), id.ID{}, 0, supply.NumberRuleInput{Pattern: "1", Example: "1"}); !errors.Is(err, db.ErrOrgRequired) {
			w.t.Errorf("of no company: %v", err)
		}
	})
}

// FuzzNormalNumber: a number is kept in one form, which is that of itself, without
// blanks or what cannot be seen, and no longer depends on how it was typed.
func FuzzNormalNumber(f *testing.F) {
	for _, s := range []string{"6101234567", " ６１０１ ２３ ", "old-7", "ﬀ", "ß", "İ", "i̇", "Ǆ", "户 号", "\x00\xff", "\u200b", "①²", "ŉ", "K", "ſ", "a\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := supply.NormalNumber(s)
		if again := supply.NormalNumber(n); again != n {
			t.Errorf("%q is kept as %q, which is %q", s, n, again)
		}
		if !utf8.ValidString(n) || strings.ContainsAny(n, " \t\n\u3000\x00") {
			t.Errorf("%q is kept as %q", s, n)
		}
		if other := supply.NormalNumber(" " + strings.ToLower(n) + "\u3000"); other != n && isASCII(n) {
			t.Errorf("%q typed in small letters is %q", n, other)
		}
	})
}

func isASCII(s string) bool {
	return !slices.ContainsFunc([]byte(s), func(b byte) bool { return b >= utf8.RuneSelf })
}

// FuzzParseCode: whatever stands in a cell is a code of the list or nothing; each
// code is found by its word, number and name, however they are typed.
func FuzzParseCode(f *testing.F) {
	lists := []string{"class", "voltage", "importance", "use_category", "equipment_kind", "nothing"}
	for i, cell := range []string{"hv", "低压居民", "ＡＣ00101", "01", "", "10KV", "\xff", "高压 "} {
		f.Add(uint8(i), cell)
	}
	f.Fuzz(func(t *testing.T, n uint8, cell string) {
		list := lists[int(n)%len(lists)]
		code, ok := supply.ParseCode(list, cell)
		known := slices.ContainsFunc(supply.Codes(list), func(c supply.Code) bool { return c.Code == code })
		if ok != known || !ok && code != "" {
			t.Errorf("%s %q: %q, %v", list, cell, code, ok)
		}
		if again, _ := supply.ParseCode(list, "\u3000"+strings.ToUpper(code)+" "); ok && again != code {
			t.Errorf("%s: %q read again is %q", list, code, again)
		}
		for _, c := range supply.Codes(list) {
			if got, _ := supply.ParseCode(list, " "+c.Zh+"\u200b"); got != c.Code {
				t.Errorf("%s: %s is read as %s", list, c.Zh, got)
			}
		}
	})
}
