package supply_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// limited is an input that is held to its tags wherever it comes from: a request
// and a row of a file are refused alike.
type limited struct {
	path  string // of the request that takes it; %s is an account's id
	input any    // a pointer to its type
	good  string // a body that is accepted
}

// limits are all inputs; <account> and <line> are there already.
var limits = []limited{
	{"accounts", &supply.AccountInput{}, `{"account_no":"6101234567","name":"张伟","class":"lv_res","use_category":"residential","contract_va":8000,"running_va":8000,"voltage":"AC02202"}`},
	{"premises", &supply.PremiseInput{}, `{"address":"人民路1号"}`},
	{"metering-points", &supply.PointInput{}, `{"no":"M1","name":"点","wiring":"single_phase","metering_mode":"lv_lv","voltage":"AC02202","account_id":"<account>"}`},
	{"meters", &supply.MeterInput{}, `{"asset_no":"A1","factor":1}`},
	{"substations", &supply.SubstationInput{}, `{"no":"S1","name":"变","voltage":"AC01101"}`},
	{"lines", &supply.LineInput{}, `{"no":"L1","name":"线","voltage":"AC00101"}`},
	{"districts", &supply.DistrictInput{}, `{"no":"T1","name":"台区"}`},
	{"equipment", &supply.EquipmentInput{}, `{"no":"E1","name":"开关","kind":"switch","node_kind":"line","node_id":"<line>"}`},
	{"equipment-conditions", &supply.ConditionInput{}, `{"node_kind":"line","node_id":"<line>","kind":"fault","found_at":"2026-11-01T08:00:00+08:00","finding":"跳闸"}`},
	{"supply-contracts", &supply.ContractInput{}, `{"account_id":"<account>","contract_no":"HT1","kind":"lv","capacity_va":8000}`},
	{"accounts/<account>/installations", &supply.InstallationInput{}, `{"valid_from":"2026-01-01"}`},
}

// wrong is a value a field's tag refuses, and the code it is refused with.
type wrong struct {
	value any
	code  string
}

// wrongs are values just beyond the limits in a field's tags. A character of four
// bytes counts as one.
func wrongs(f reflect.StructField) (all []wrong) {
	number := func(tag string) (int64, bool) {
		n, err := strconv.ParseInt(f.Tag.Get(tag), 10, 64)
		return n, err == nil
	}
	if n, ok := number("maxLength"); ok && f.Tag.Get("pattern") == "" {
		all = append(all, wrong{strings.Repeat("𠮷", int(n)+1), "too_long"})
	}
	if n, ok := number("minimum"); ok {
		all = append(all, wrong{n - 1, "too_small"})
	}
	if n, ok := number("maximum"); ok {
		all = append(all, wrong{n + 1, "too_large"})
	}
	if f.Tag.Get("enum") != "" {
		all = append(all, wrong{"高压", "not_allowed"}, wrong{strings.Split(f.Tag.Get("enum"), ",")[0] + " ", "not_allowed"})
	}
	if f.Tag.Get("pattern") != "" {
		all = append(all, wrong{"不合", "wrong_format"})
	}
	if f.Type == reflect.TypeFor[when.Day]() {
		all = append(all, wrong{"2026-02-30", "wrong_format"}, wrong{"2026-1-1", "wrong_format"}, wrong{"01.02.2026", "wrong_format"})
	}
	return all
}

// Whatever breaks a limit is refused with the field's name and the code of what is
// wrong, by a request and by a row of a file, and nothing is kept.
func TestEveryLimitIsHeldFieldByField(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		account, _ := w.newAccount("77", "")
		line, _ := call[made](w, h, "maintainer", "POST", "/api/v1/lines", `{"no":"L77","name":"线","voltage":"AC00101"}`, 201)
		fill := strings.NewReplacer("<account>", account.ID.String(), "<line>", line.ID.String())
		before, tried := w.count("SELECT count(*) FROM audit_entry"), 0
		for _, l := range limits {
			path := "/api/v1/" + fill.Replace(l.path)
			for _, f := range reflect.VisibleFields(reflect.TypeOf(l.input).Elem()) {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				for _, bad := range wrongs(f) {
					tried++
					body := with(w.tt(), fill.Replace(l.good), name, bad.value)
					refusedAlike(w, h, path, body, l.input, name, bad)
				}
			}
		}
		if n := w.count("SELECT count(*) FROM audit_entry") - before; n != 0 || tried < 150 {
			w.t.Errorf("of %d refused requests %d left something", tried, n)
		}
	})
}

// with sets one field of a JSON object.
func with(t *testing.T, body, name string, value any) string {
	t.Helper()
	m := map[string]any{}
	if err := json.Unmarshal([]byte(body), &m); err != nil {
		t.Fatal(err)
	}
	m[name] = value
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func refusedAlike(w *world, h http.Handler, path, body string, input any, name string, bad wrong) {
	w.t.Helper()
	got := resttest.Send(h, resttest.Scenario{Method: "POST", Path: path, Body: body, Header: map[string]string{"As": "maintainer"}})
	var p rest.Problem
	if err := json.Unmarshal(got.Body.Bytes(), &p); err != nil || got.Code != http.StatusUnprocessableEntity {
		w.t.Fatalf("%s %s=%v: %d %s", path, name, bad.value, got.Code, got.Body)
	}
	if want := fmt.Sprintf("[%s=%s]", name, bad.code); refusals(p) != want {
		w.t.Errorf("%s %v: the request is refused by %s, want %s", path, bad.value, refusals(p), want)
	}
	row := reflect.New(reflect.TypeOf(input).Elem()).Interface()
	if err := json.Unmarshal([]byte(body), row); err != nil {
		w.t.Fatal(err)
	}
	var f *fault.Error
	if err := supply.Refusal(row); !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Name != name || f.Fields[0].Code != bad.code {
		w.t.Errorf("%s %s=%v: a row of a file is refused by %v, want %s", path, name, bad.value, err, bad.code)
	}
}

// What stands exactly at its limits is kept as it came, in whatever script.
func TestTheLongestTextsAreKept(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		account, _ := w.newAccount("77", "")
		line, _ := call[made](w, h, "maintainer", "POST", "/api/v1/lines", `{"no":"L77","name":"线","voltage":"AC00101"}`, 201)
		fill := strings.NewReplacer("<account>", account.ID.String(), "<line>", line.ID.String())
		for _, l := range limits {
			want := map[string]any{}
			body := fill.Replace(l.good)
			for _, f := range reflect.VisibleFields(reflect.TypeOf(l.input).Elem()) {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				n, err := strconv.Atoi(f.Tag.Get("maxLength"))
				if err != nil || name == "account_no" || f.Tag.Get("pattern") != "" {
					continue
				}
				want[name] = strings.Repeat("𠮷", n)
				body = with(w.tt(), body, name, want[name])
			}
			got, _ := call[map[string]any](w, h, "maintainer", "POST", "/api/v1/"+fill.Replace(l.path), body, 201)
			read := got
			if !strings.Contains(l.path, "installations") {
				read, _ = call[map[string]any](w, h, "maintainer", "GET", "/api/v1/"+l.path+"/"+fmt.Sprint(got["id"]), "", 200)
			}
			for name, text := range want {
				if read[name] != text {
					w.t.Errorf("%s: %s came back as %v", l.path, name, read[name])
				}
			}
		}
	})
}

// Each field that must be there is missed by its name.
func TestEveryMissingFieldIsNamed(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		account, _ := w.newAccount("77", "")
		line, _ := call[made](w, h, "maintainer", "POST", "/api/v1/lines", `{"no":"L77","name":"线","voltage":"AC00101"}`, 201)
		fill := strings.NewReplacer("<account>", account.ID.String(), "<line>", line.ID.String())
		for _, l := range limits {
			whole := map[string]any{}
			if err := json.Unmarshal([]byte(fill.Replace(l.good)), &whole); err != nil {
				w.t.Fatal(err)
			}
			for _, name := range slices.Sorted(maps.Keys(whole)) {
				if name == "factor" {
					continue // is 1 where it is not told
				}
				part := maps.Clone(whole)
				delete(part, name)
				body, err := json.Marshal(part)
				if err != nil {
					w.t.Fatal(err)
				}
				p, _ := call[rest.Problem](w, h, "maintainer", "POST", "/api/v1/"+fill.Replace(l.path), string(body), 422)
				want := name
				if l.path == "equipment-conditions" && strings.HasPrefix(name, "node_") {
					want = "equipment_id" // a fault needs a place: a piece of equipment or a node
				}
				if len(p.Fields) == 0 || p.Fields[0].Name != want || p.Fields[0].Code != "required" || p.Fields[0].Message == "" {
					w.t.Errorf("%s without %s: %+v", l.path, name, p.Fields)
				}
			}
		}
	})
}

// Text that one of the engines could not keep is refused before it reaches either.
func TestTextNoDatabaseKeepsIsRefused(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		call[rest.Problem](w, h, "maintainer", "POST", "/api/v1/premises", `{"address":"人民路\u0000号"}`, 422)
		call[rest.Problem](w, h, "maintainer", "GET", "/api/v1/accounts?q=%00", "", 422)
		call[rest.Problem](w, h, "maintainer", "GET", "/api/v1/network-search?q=%ff%fe", "", 422)
		for _, bad := range []string{"[]", "{", `"x"`, "null", ""} {
			if got := resttest.Send(h, resttest.Scenario{Method: "POST", Path: "/api/v1/premises", Body: bad, Header: map[string]string{"As": "maintainer"}}); got.Code != 422 && got.Code != 400 {
				w.t.Errorf("body %q: %d %s", bad, got.Code, got.Body)
			}
		}
		w.read(func(tx *db.Tx) error {
			var n int
			if err := tx.Get(&n, "SELECT count(*) FROM premise"); err != nil || n != 0 {
				w.t.Errorf("%d premises, %v", n, err)
			}
			return nil
		})
	})
}

// Months and filters that are none are refused by name, rather than passed over.
func TestBadQueriesAreRefusedByName(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		a, _ := w.newAccount("77", "")
		own := "accounts/" + a.ID.String() + "/consumption"
		for path, want := range map[string]string{
			own + "?month=202613":                           "[month=bad_month]",
			own + "?month=18":                               "[month=bad_month]",
			own + "?month=heute":                            "[month=wrong_type]",
			own + "?horizon=13":                             "[horizon=too_large]",
			own + "?horizon=-1":                             "[horizon=too_small]",
			"consumption-figures?month=202600":              "[month=bad_month]",
			"consumption-figures?by=name":                   "[by=not_allowed]",
			"sales-statistics?to=7":                         "[to=bad_month]",
			"sales-statistics?from=202613&to=202610":        "[from=bad_month]",
			"sales-statistics?from=202610&to=202609":        "[to=before_month]",
			"sales-statistics?from=202001&to=202312":        "[to=too_many]",
			"equipment-conditions?since=2026-13-01":         "[since=wrong_format]",
			"equipment-conditions?since=yesterday":          "[since=wrong_format]",
			"supply-contracts?ends_before=2026-02-30":       "[ends_before=wrong_format]",
			"accounts?limit=0":                              "[limit=too_small]",
			"accounts?limit=201":                            "[limit=too_large]",
			"accounts?class=高压":                             "[class=not_allowed]",
			"accounts?customer_id=7":                        "[customer_id=wrong_type]",
			"accounts?q=" + strings.Repeat("1", 33):         "[q=too_long]",
			"traces/pole/" + a.ID.String():                  "[kind=not_allowed]",
			"network-search?q=":                             "[q=required]",
			"network-search?q=x&limit=51":                   "[limit=too_large]",
			"meters/" + a.ID.String() + "/installations?q=": "[q=unknown_field]",
		} {
			p, _ := call[rest.Problem](w, h, "maintainer", "GET", "/api/v1/"+path, "", 422)
			if refusals(p) != want {
				w.t.Errorf("%s: %s, want %s", path, refusals(p), want)
			}
		}
	})
}
