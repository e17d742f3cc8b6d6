package supply_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

const accountJSON = `{"account_no":%q,"name":"张伟","class":"lv_res","use_category":"residential","contract_va":8000,"running_va":8000,"voltage":"AC02202"%s}`

// newAccount adds an account over the API; more is appended to the body.
func (w *world) newAccount(no, more string) (supply.Account, string) {
	w.t.Helper()
	return call[supply.Account](w, w.handler(), "maintainer", "POST", "/api/v1/accounts", fmt.Sprintf(accountJSON, no, more), 201)
}

func (w *world) putAccount(a supply.Account, etag, no, more string, status int) (supply.Account, string) {
	w.t.Helper()
	return call[supply.Account](w, w.handler(), "maintainer", "PUT", "/api/v1/accounts/"+a.ID.String(), fmt.Sprintf(accountJSON, no, more), status, "If-Match", etag)
}

func TestAccountNumbersAreUniqueFormerOnesToo(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		a, etag := w.newAccount("6101234567", "")
		if a.AccountNo != "6101234567" || a.Status != "normal" || a.Importance != "ordinary" || a.Area != "urban" {
			t.Errorf("defaults: %+v", a)
		}
		// Renumbered: the old number stays its own.
		a, etag = w.putAccount(a, etag, "6100000001234", "", 200)
		b, _ := w.newAccount("6100000009999", "")
		for _, no := range []string{"6101234567", "6100000001234", "６１０１２３４５６７"} {
			call[any](w, h, "maintainer", "POST", "/api/v1/accounts", fmt.Sprintf(accountJSON, no, ""), 409)
		}
		for _, no := range []string{"6101234567", "6100000001234"} {
			list, _ := call[rest.List[made]](w, h, "agent", "GET", "/api/v1/accounts?number="+no, "", 200)
			if len(list.Items) != 1 || list.Items[0].ID != a.ID {
				t.Errorf("number %s finds %v", no, list.Items)
			}
		}
		numbers := "/api/v1/accounts/" + b.ID.String() + "/numbers"
		call[any](w, h, "maintainer", "POST", numbers, `{"number":"6101234567"}`, 409)
		got, _ := call[rest.List[supply.Number]](w, h, "maintainer", "POST", numbers, `{"number":"old-7"}`, 201, "Idempotency-Key", "k")
		call[any](w, h, "maintainer", "POST", numbers, `{"number":"OLD-7"}`, 201, "Idempotency-Key", "k")
		call[any](w, h, "maintainer", "POST", numbers, `{"number":"old-8"}`, 409, "Idempotency-Key", "k")
		if len(got.Items) != 2 || got.Items[1].Number != "OLD-7" || !got.Items[1].Former {
			t.Errorf("numbers %+v", got.Items)
		}
		call[any](w, h, "maintainer", "DELETE", numbers+"/6100000009999", "", 409, "If-Match", `"2"`)
		call[any](w, h, "maintainer", "DELETE", numbers+"/old-7", "", 428)
		call[any](w, h, "maintainer", "DELETE", numbers+"/old-7", "", 412, "If-Match", `"1"`)
		call[any](w, h, "maintainer", "DELETE", numbers+"/old-7", "", 204, "If-Match", `"2"`)
		call[any](w, h, "maintainer", "DELETE", numbers+"/old-7", "", 404, "If-Match", `"3"`)
		call[any](w, h, "agent", "POST", numbers, `{"number":"x"}`, 403)
		call[any](w, h, "neighbour", "POST", numbers, `{"number":"x"}`, 404)
		if got := w.recorded(b.ID); got != "supply.update.number_remove supply.update.number supply.create" {
			t.Errorf("audit: %s", got)
		}
		// Back to the first number: it was his own.
		if a, _ = w.putAccount(a, etag, "6101234567", "", 200); a.AccountNo != "6101234567" {
			t.Errorf("renumbered back: %+v", a)
		}
		if n := w.count("SELECT count(*) FROM account_number WHERE account_id = $1 AND NOT former", a.ID); n != 1 {
			t.Errorf("%d current numbers", n)
		}
	})
}

func TestNumbersFitTheCompanysPattern(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		const path = "/api/v1/account-number-rule"
		_, etag := call[supply.NumberRule](w, h, "agent", "GET", path, "", 200)
		call[any](w, h, "agent", "PUT", path, `{"pattern":"x","example":"x"}`, 403, "If-Match", etag)
		call[any](w, h, "maintainer", "PUT", path, `{"pattern":"(","example":"x"}`, 422, "If-Match", etag)
		r, etag2 := call[supply.NumberRule](w, h, "maintainer", "PUT", path, `{"pattern":"[0-9]{10}","example":"6101234567"}`, 200, "If-Match", etag)
		if r.Version != 1 || r.OrgID != w.a {
			t.Errorf("rule %+v", r)
		}
		call[any](w, h, "maintainer", "PUT", path, `{"pattern":"[0-9]{13}","example":"6101234567890"}`, 412, "If-Match", etag)
		call[any](w, h, "maintainer", "POST", "/api/v1/accounts", fmt.Sprintf(accountJSON, "610123456", ""), 422)
		a, aTag := w.newAccount("6101234567", "")
		call[any](w, h, "maintainer", "PUT", path, `{"pattern":"[0-9]{13}","example":"6101234567890"}`, 200, "If-Match", etag2)
		w.putAccount(a, aTag, "6101234567", `,"power_off":true`, 200) // the number it has stays
		if err := w.db.Write(context.Background(), func(tx *db.Tx) error {
			return w.svc.CreateManyTx(tx, importer, w.a, &supply.Batch{Accounts: []supply.Account{{AccountInput: account("6101234568", "x")}}})
		}); err == nil || !strings.Contains(err.Error(), "not_of_pattern") {
			t.Errorf("a batch of the old pattern: %v", err)
		}
		w.batch(w.b, &supply.Batch{Accounts: []supply.Account{{AccountInput: account("77", "x")}}}) // another company's pattern
	})
}

func TestAccountRefersOnlyToItsCompany(t *testing.T) {
	each(t, func(w *world) {
		own, other := w.build(w.a), w.build(w.b)
		theirs := w.customer(w.b, 9, "李强", customer.KindPerson)
		h := w.handler()
		for field, value := range map[string]id.ID{"district_id": other.D1, "line_id": other.T, "customer_id": theirs, "premise_id": {3}, "unit_id": w.b} {
			s := fmt.Sprintf(accountJSON, "1", fmt.Sprintf(`,%q:%q`, field, value))
			p, _ := call[rest.Problem](w, h, "maintainer", "POST", "/api/v1/accounts", s, 422)
			if len(p.Fields) != 1 || p.Fields[0].Name != field || p.Fields[0].Code != "unknown_reference" || p.Fields[0].Message == "" {
				t.Errorf("%s: %+v", field, p)
			}
		}
		a, _ := w.newAccount("1", fmt.Sprintf(`,"district_id":%q,"unit_id":%q`, own.D2, w.a))
		if a.LineID != own.V {
			t.Errorf("line %v, want the district's", a.LineID)
		}
	})
}

func TestChangesReachTimelineAndSearch(t *testing.T) {
	each(t, func(w *world) {
		zhang, li := w.customer(w.a, 1, "张伟", customer.KindPerson), w.customer(w.a, 2, "李强", customer.KindPerson)
		a, etag := w.newAccount("1", fmt.Sprintf(`,"customer_id":%q`, zhang))
		a, etag = w.putAccount(a, etag, "1", fmt.Sprintf(`,"customer_id":%q,"power_off":true`, zhang), 200)
		a, etag = w.putAccount(a, etag, "2", fmt.Sprintf(`,"customer_id":%q`, zhang), 200)
		w.putAccount(a, etag, "2", fmt.Sprintf(`,"customer_id":%q`, li), 200)
		var kinds []string
		for _, e := range w.customers.entries {
			kinds = append(kinds, strings.TrimPrefix(e.Kind, "supply."))
			if want := map[bool]id.ID{true: li, false: zhang}[e.Kind == "supply.account_joined" && len(kinds) > 1]; e.CustomerID != want || e.Actor.Name != "李工" || e.SourceID != a.ID {
				t.Errorf("entry %+v", e)
			}
		}
		if got := strings.Join(kinds, " "); got != "account_joined disconnected renumbered reconnected account_left account_joined" {
			t.Errorf("timeline: %s", got)
		}
		if fmt.Sprint(w.customers.reindexed) != fmt.Sprint([]id.ID{zhang, zhang, li, zhang}) {
			t.Errorf("reindexed %v", w.customers.reindexed)
		}
	})
}

func TestPointsFollowTheirAccount(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		ids := w.populate(w.a, n)
		h := w.handler()
		path := "/api/v1/accounts/" + ids["1005"].String()
		a, etag := call[supply.Account](w, h, "maintainer", "GET", path, "", 200)
		// From X to V, where the second source already was: nothing stands apart now.
		in := a.AccountInput
		in.LineID = n.V
		body, _ := json.Marshal(in)
		_, etag = call[supply.Account](w, h, "maintainer", "PUT", path, string(body), 200, "If-Match", etag)
		if got := w.count("SELECT count(*) FROM metering_point WHERE account_id = $1 AND line_id = $2 AND NOT apart", a.ID, n.V); got != 2 {
			t.Errorf("%d points follow, want 2", got)
		}
		ctx := w.as(w.a, "supply.*")
		if got := behindNos(w, ctx, "line", n.X); got != "" {
			t.Errorf("behind X: %s", got)
		}
		// A load transfer: district D2 with all it supplies goes from V to X.
		d, dTag := call[supply.District](w, h, "maintainer", "GET", "/api/v1/districts/"+n.D2.String(), "", 200)
		d.LineID = n.X
		body, _ = json.Marshal(d.DistrictInput)
		call[supply.District](w, h, "maintainer", "PUT", "/api/v1/districts/"+n.D2.String(), string(body), 200, "If-Match", dTag)
		if got := behindNos(w, ctx, "line", n.X); got != "1003" {
			t.Errorf("behind X after the transfer: %s", got)
		}
		if p, err := w.svc.PathOfAccount(ctx, ids["1003"]); err != nil || len(p.Lines) != 1 || p.Lines[0].ID != n.X {
			t.Errorf("path after the transfer: %+v, %v", p.Lines, err)
		}
		call[any](w, h, "maintainer", "DELETE", path, "", 409, "If-Match", etag) // it has points
	})
}

func TestAccountWithConsumptionStays(t *testing.T) {
	each(t, func(w *world) {
		a, etag := w.newAccount("1", "")
		if _, err := w.load(w.a, supply.Energy{AccountID: a.ID, Month: 202601, EnergyWh: 5}); err != nil {
			t.Fatal(err)
		}
		p, _ := call[rest.Problem](w, w.handler(), "maintainer", "DELETE", "/api/v1/accounts/"+a.ID.String(), "", 409, "If-Match", etag)
		if p.Code != "supply.has_consumption" {
			t.Errorf("%+v", p)
		}
	})
}

func TestListsAreFilteredSortedAndPaged(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		w.populate(w.a, n)
		w.populate(w.b, w.build(w.b))
		h := w.handler()
		for query, want := range map[string]string{
			"":                                      "1001 1002 1003 1004 1005 1006",
			"sort=-account_no":                      "1006 1005 1004 1003 1002 1001",
			"sort=-created_at":                      "1006 1005 1004 1003 1002 1001",
			"sort=-contract_va&class=hv":            "1005 1004",
			"class=hv":                              "1004 1005",
			"importance=any":                        "1004",
			"importance=first":                      "1004",
			"importance=second":                     "",
			"importance=ordinary&class=hv":          "1005",
			"status=closed":                         "1006",
			"q=100":                                 "1001 1002 1003 1004 1005 1006",
			"q=1004":                                "1004",
			"district_id=" + n.D1.String():          "1001 1002 1006",
			"line_id=" + n.X.String():               "1005",
			"number=1003":                           "1003",
			"org_id=" + w.b.String():                "",
			"use_category=two_part&power_off=false": "1005",
		} {
			if got := w.pages(h, "maintainer", "/api/v1/accounts?"+query); got != want {
				t.Errorf("%s: %s, want %s", query, got, want)
			}
		}
		if got := w.pages(h, "city", "/api/v1/accounts?sort=-account_no&class=hv"); got != "1005 1005 1004 1004" {
			t.Errorf("both companies: %s", got)
		}
		p, _ := call[rest.Problem](w, h, "agent", "GET", "/api/v1/accounts?sort=name", "", 422)
		if p.Code != "supply.sort" || !strings.Contains(p.Title, "account_no") {
			t.Errorf("%+v", p)
		}
		call[any](w, h, "agent", "GET", "/api/v1/accounts?cursor=x", "", 422)
	})
}

// pages reads a list two by two and spells the account numbers.
func (w *world) pages(h http.Handler, as, path string) string {
	var nos []string
	cursor := ""
	for range 20 {
		list, _ := call[rest.List[supply.Account]](w, h, as, "GET", path+"&limit=2&cursor="+cursor, "", 200)
		for _, a := range list.Items {
			nos = append(nos, a.AccountNo)
		}
		if cursor = list.NextCursor; cursor == "" {
			break
		}
	}
	return strings.Join(nos, " ")
}

func TestNamesAndHomesAreMasked(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		p, pTag := call[supply.Premise](w, h, "maintainer", "POST", "/api/v1/premises", `{"address":"宜宾市翠屏区人民路18号3单元502室"}`, 201)
		a, etag := w.newAccount("1", fmt.Sprintf(`,"premise_id":%q`, p.ID))
		seen, _ := call[supply.Account](w, h, "agent", "GET", "/api/v1/accounts/"+a.ID.String(), "", 200)
		home, _ := call[supply.Premise](w, h, "agent", "GET", "/api/v1/premises/"+p.ID.String(), "", 200)
		detail, _ := call[supply.Detail](w, h, "agent", "GET", "/api/v1/accounts/"+a.ID.String()+"/detail", "", 200)
		if seen.Name == "张伟" || !seen.Masked || strings.Contains(home.Address, "502") || detail.Account.Name == "张伟" || strings.Contains(detail.Premise.Address, "502") {
			t.Errorf("clear: %+v %+v %+v", seen, home, detail)
		}
		// Who sends back what he was shown changes nothing.
		call[supply.Account](w, h, "blind", "PUT", "/api/v1/accounts/"+a.ID.String(), strings.Replace(fmt.Sprintf(accountJSON, "1", ""), "张伟", seen.Name, 1), 200, "If-Match", etag)
		call[supply.Premise](w, h, "blind", "PUT", "/api/v1/premises/"+p.ID.String(), fmt.Sprintf(`{"address":%q}`, home.Address), 200, "If-Match", pTag)
		if w.count("SELECT count(*) FROM account WHERE name = '张伟'") != 1 || w.count("SELECT count(*) FROM premise WHERE address LIKE '%502%' AND folded LIKE '%502%'") != 1 {
			t.Error("the masked text was kept")
		}
	})
}

func TestMergedCustomersAccountsMoveAndComeBack(t *testing.T) {
	each(t, func(w *world) {
		w.populate(w.a, w.build(w.a))
		from, to := w.customer(w.a, 1, "张伟", customer.KindPerson), w.customer(w.a, 2, "翠湖化工有限公司", customer.KindOrganisation)
		owned := func(who id.ID) int64 { return w.count("SELECT count(*) FROM account WHERE customer_id = $1", who) }
		var undo json.RawMessage
		move := func() {
			w.write(func(tx *db.Tx) (err error) { undo, err = w.svc.MoveTx(tx, w.a, from, to); return err })
		}
		back := func() (changed []string) {
			w.write(func(tx *db.Tx) (err error) { changed, err = w.svc.UndoMoveTx(tx, w.a, from, to, undo); return err })
			return changed
		}
		if move(); owned(from) != 0 || owned(to) != 4 {
			t.Fatalf("%d and %d after the move", owned(from), owned(to))
		}
		if changed := back(); len(changed) != 0 || owned(from) != 3 || owned(to) != 1 {
			t.Fatalf("%v: %d and %d after the undo", changed, owned(from), owned(to))
		}
		move()
		w.write(func(tx *db.Tx) error {
			_, err := tx.Exec("UPDATE account SET version = version + 1 WHERE account_no = '1002'")
			return err
		})
		if changed := back(); !slices.Equal(changed, []string{"account 1002"}) || owned(to) != 4 {
			t.Errorf("%v changed, %d stay", changed, owned(to))
		}
		w.read(func(tx *db.Tx) error {
			if err := w.svc.CheckCloseTx(tx, w.a, to); !errors.Is(err, supply.ErrLiveAccounts) {
				t.Errorf("closing one with live accounts: %v", err)
			}
			return w.svc.CheckCloseTx(tx, w.a, from)
		})
	})
}

func TestSearchParts(t *testing.T) {
	each(t, func(w *world) {
		zhang, li := w.customer(w.a, 1, "张伟", customer.KindPerson), w.customer(w.a, 2, "李强", customer.KindPerson)
		h := w.handler()
		p, pTag := call[supply.Premise](w, h, "maintainer", "POST", "/api/v1/premises", `{"address":"人民路1号"}`, 201)
		a, _ := w.newAccount("1001", fmt.Sprintf(`,"customer_id":%q,"premise_id":%q`, zhang, p.ID))
		call[any](w, h, "maintainer", "POST", "/api/v1/accounts/"+a.ID.String()+"/numbers", `{"number":"77"}`, 201)
		w.batch(w.a, &supply.Batch{Points: []supply.Point{{Head: headed(id.ID{5}), PointInput: point("M1", a.ID)}},
			Meters: []supply.Meter{{MeterInput: supply.MeterInput{AssetNo: "A9"}, PointID: id.ID{5}, InstalledOn: "2020-01-01"}}})
		w.read(func(tx *db.Tx) error {
			parts, err := w.svc.SearchPartsTx(tx, w.a, []id.ID{zhang, li})
			if got := fmt.Sprint(parts[zhang], len(parts)); got != "{[人民路1号] [1001 77] [A9]} 1" {
				t.Errorf("parts %s", got)
			}
			if other, _ := w.svc.SearchPartsTx(tx, w.b, []id.ID{zhang}); len(other) != 0 {
				t.Errorf("another company knows %v", other)
			}
			return err
		})
		w.customers.reindexed = nil
		call[any](w, h, "maintainer", "PUT", "/api/v1/premises/"+p.ID.String(), `{"address":"人民路2号"}`, 200, "If-Match", pTag)
		if !slices.Equal(w.customers.reindexed, []id.ID{zhang}) {
			t.Errorf("reindexed %v after the address changed", w.customers.reindexed)
		}
	})
}
