package supply_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// bodies are valid requests of the operations that take one; <id> is any
// identifier.
var bodies = map[string]string{
	"supply.create":                    fmt.Sprintf(accountJSON, "1", ""),
	"supply.update":                    fmt.Sprintf(accountJSON, "1", ""),
	"supply.create.premise":            `{"address":"人民路1号"}`,
	"supply.update.premise":            `{"address":"人民路1号"}`,
	"supply.create.point":              `{"no":"M1","name":"点","wiring":"single_phase","metering_mode":"lv_lv","voltage":"AC02202","account_id":"<id>"}`,
	"supply.update.point":              `{"no":"M1","name":"点","wiring":"single_phase","metering_mode":"lv_lv","voltage":"AC02202","account_id":"<id>"}`,
	"supply.create.meter":              `{"asset_no":"A1"}`,
	"supply.update.meter":              `{"asset_no":"A1"}`,
	"supply.create.substation":         `{"no":"S1","name":"变","voltage":"AC01101"}`,
	"supply.update.substation":         `{"no":"S1","name":"变","voltage":"AC01101"}`,
	"supply.create.line":               `{"no":"L1","name":"线","voltage":"AC00101"}`,
	"supply.update.line":               `{"no":"L1","name":"线","voltage":"AC00101"}`,
	"supply.create.district":           `{"no":"T1","name":"台区"}`,
	"supply.update.district":           `{"no":"T1","name":"台区"}`,
	"supply.create.equipment":          `{"no":"E1","name":"开关","kind":"switch","node_kind":"line","node_id":"<id>"}`,
	"supply.update.equipment":          `{"no":"E1","name":"开关","kind":"switch","node_kind":"line","node_id":"<id>"}`,
	"supply.create.condition":          `{"node_kind":"line","node_id":"<id>","kind":"fault","found_at":"2026-11-01T08:00:00+08:00","finding":"跳闸"}`,
	"supply.update.condition":          `{"node_kind":"line","node_id":"<id>","kind":"fault","found_at":"2026-11-01T08:00:00+08:00","finding":"跳闸"}`,
	"supply.create.contract":           `{"account_id":"<id>","contract_no":"HT1","kind":"lv","capacity_va":8000}`,
	"supply.update.contract":           `{"account_id":"<id>","contract_no":"HT1","kind":"lv","capacity_va":8000}`,
	"supply.update.installation_begin": `{"valid_from":"2026-01-01"}`,
	"supply.update.installation":       `{"valid_from":"2026-01-01"}`,
	"supply.update.number":             `{"number":"77"}`,
	"supply.update.install":            `{"point_id":"<id>","on":"2026-01-01","register_wh":0}`,
	"supply.update.take_down":          `{"on":"2026-01-01","register_wh":0}`,
	"supply.configure":                 `{"pattern":"[0-9]+","example":"1"}`,
	"supply.record":                    `{"energy_wh":1}`,
	"supply.record.many":               `{"rows":[{"account_no":"1","month":202601,"energy_wh":1}]}`,
}

// operation is one of the module's, as the API document has it.
type operation struct{ id, method, path string }

func operations(t *testing.T, h http.Handler, document []byte) (all []operation) {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		}
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		t.Fatal(err)
	}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for method, op := range doc.Paths[path] {
			all = append(all, operation{op.OperationID, strings.ToUpper(method), path})
		}
	}
	if len(all) < 70 {
		t.Fatalf("only %d operations found", len(all))
	}
	return all
}

// request is a valid request of an operation about the identifier.
func (o operation) request(about id.ID, as string) resttest.Scenario {
	path := strings.NewReplacer("{id}", about.String(), "{kind}", "account", "{month}", "202601", "{number}", "77").Replace(o.path)
	if o.id == "supply.trace.search" {
		path += "?q=x"
	}
	s := resttest.Scenario{Method: o.method, Path: path, Header: map[string]string{"If-Match": `"1"`}}
	if as != "" {
		s.Header["As"] = as
	}
	s.Body = strings.ReplaceAll(bodies[o.id], "<id>", about.String())
	return s
}

func TestEveryOperationAsksForItsPermission(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		document := resttest.Send(h, resttest.Scenario{Path: "/api/openapi.json"}).Body.Bytes()
		seen := map[string]bool{}
		for _, o := range operations(w.tt(), h, document) {
			if seen[o.id] {
				t.Errorf("two operations are called %s", o.id)
			}
			seen[o.id] = true
			if got := resttest.Send(h, o.request(w.a, "")); got.Code != http.StatusUnauthorized {
				t.Errorf("%s without a login: %d", o.id, got.Code)
			}
			got := resttest.Send(h, o.request(w.a, "stranger"))
			if got.Code != http.StatusForbidden {
				t.Errorf("%s without the permission: %d %s", o.id, got.Code, got.Body)
				continue
			}
			// The permission asked for is the operation's, without the noun.
			var p rest.Problem
			if err := json.Unmarshal(got.Body.Bytes(), &p); err != nil {
				t.Fatal(err)
			}
			asked := fmt.Sprint(p.Params["permission"])
			if asked != strings.Join(strings.Split(o.id, ".")[:2], ".") {
				t.Errorf("%s asks for %s", o.id, asked)
			}
		}
		for name := range bodies {
			if !seen[name] {
				t.Errorf("a body for %s, which is no operation", name)
			}
		}
	})
}

// Whatever a neighbour asks about a record of ours, it is as if there were none.
func TestNothingOfAnotherCompanyShows(t *testing.T) {
	each(t, func(w *world) {
		h := w.handler()
		ids := w.populate(w.a, w.build(w.a))
		w.sell(w.a, ids)
		document := resttest.Send(h, resttest.Scenario{Path: "/api/openapi.json"}).Body.Bytes()
		ours := w.everything()
		for _, o := range operations(w.tt(), h, document) {
			if o.method != "GET" && !strings.Contains(o.path, "{id}") {
				continue // it makes something of the neighbour's own
			}
			for _, about := range ours {
				got := resttest.Send(h, o.request(about, "neighbour"))
				body := got.Body.String()
				for _, secret := range []string{"张伟", "县医院", "城东", "翠湖", "1001"} {
					if strings.Contains(body, secret) {
						t.Fatalf("%s %s shows %s: %s", o.method, o.path, secret, body)
					}
				}
				if o.method != "GET" && got.Code < 400 {
					t.Errorf("%s %s of another company: %d", o.method, o.path, got.Code)
				}
			}
		}
		if n := w.count("SELECT count(*) FROM account WHERE org_id = $1 AND version > 1", w.a); n != 0 {
			t.Errorf("%d of our accounts were changed", n)
		}
	})
}

// everything is one identifier of each kind of record of the first company.
func (w *world) everything() (ids []id.ID) {
	for _, table := range []string{"account", "metering_point", "power_line", "district", "substation", "equipment", "equipment_condition"} {
		w.read(func(tx *db.Tx) error {
			var i id.ID
			err := tx.Get(&i, "SELECT id FROM "+table+" WHERE org_id = $1 ORDER BY id LIMIT 1", w.a)
			ids = append(ids, i)
			return err
		})
	}
	for i := range w.customers.refs {
		return append(ids, i)
	}
	return ids
}

func (w *world) tt() *testing.T { return w.t.(*testing.T) }
