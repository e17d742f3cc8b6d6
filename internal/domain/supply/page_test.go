package supply_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// tied fills a company with records that are alike in all that lists are sorted by.
func (w *world) tied(org id.ID) {
	w.t.Helper()
	n := w.build(org)
	b := supply.Batch{}
	var contracts []supply.Contract
	var found []supply.Condition
	for i := range 5 {
		in := account(fmt.Sprint("100", i), "张伟")
		in.ContractVA = []int64{8000, 12_000}[i%2]
		in.RunningVA = 8000
		a := id.ID{1, 14: org[15], 15: byte(i)}
		b.Accounts = append(b.Accounts, supply.Account{Head: headed(a), AccountInput: in})
		b.Premises = append(b.Premises, supply.Premise{PremiseInput: supply.PremiseInput{Address: "人民路1号"}})
		b.Meters = append(b.Meters, supply.Meter{MeterInput: supply.MeterInput{AssetNo: fmt.Sprint("A", i)}})
		k := signed(a, fmt.Sprint("HT-", i), "draft")
		k.ValidTo = []when.Day{"", "2026-04-30"}[i%2]
		contracts = append(contracts, k)
		found = append(found, supply.Condition{ConditionInput: supply.ConditionInput{NodeKind: supply.NodeLine, NodeID: n.T, Kind: "fault", FoundAt: now.Add(-time.Hour * time.Duration(i%2)), Finding: "x"}})
	}
	w.batch(org, &b)
	w.write(func(tx *db.Tx) error {
		if err := w.svc.CreateContractsTx(tx, importer, org, contracts); err != nil {
			return err
		}
		return w.svc.CreateNetworkTx(tx, importer, org, &supply.Network{Conditions: found})
	})
}

// However long the pages are, a list read page by page is the list read at once:
// nothing comes twice, nothing is left out, even where many records are alike in
// what they are sorted by; turned round it is the same list from its end.
func TestPagesMakeTheWholeList(t *testing.T) {
	each(t, func(w *world) {
		w.tied(w.a)
		w.tied(w.b)
		h := w.handler()
		for path, sorts := range map[string]string{
			"accounts": "account_no contract_va created_at", "premises": "address created_at", "meters": "asset_no created_at", "metering-points": "no created_at",
			"lines": "no created_at", "districts": "no created_at", "substations": "no created_at", "equipment": "no created_at", "equipment-conditions": "found_at",
			"supply-contracts": "valid_to contract_no created_at",
		} {
			for _, sort := range strings.Fields(sorts) {
				whole := w.idsOf(h, fmt.Sprintf("%s?sort=%s", path, sort), 200)
				back := w.idsOf(h, fmt.Sprintf("%s?sort=-%s", path, sort), 3)
				slices.Reverse(back)
				for _, limit := range []int{1, 3, 4} {
					if got := w.idsOf(h, fmt.Sprintf("%s?sort=%s", path, sort), limit); !slices.Equal(got, whole) {
						w.t.Errorf("%s by %s in pages of %d: %d of %d", path, sort, limit, len(got), len(whole))
					}
				}
				if !slices.Equal(back, whole) {
					w.t.Errorf("%s by %s from the end is another list", path, sort)
				}
				if n := len(slices.Compact(slices.SortedFunc(slices.Values(whole), id.ID.Compare))); n != len(whole) || path != "metering-points" && n < 2 {
					w.t.Errorf("%s: %d different of %d", path, n, len(whole))
				}
			}
		}
	})
}

// idsOf reads a list page by page.
func (w *world) idsOf(h http.Handler, path string, limit int) (ids []id.ID) {
	w.t.Helper()
	cursor := ""
	for {
		list, _ := call[rest.List[made]](w, h, "city", "GET", fmt.Sprintf("/api/v1/%s&limit=%d&cursor=%s", path, limit, cursor), "", 200)
		for _, m := range list.Items {
			ids = append(ids, m.ID)
		}
		if cursor = list.NextCursor; cursor == "" {
			return ids
		}
	}
}

// A cursor is good for the list it came from alone: not for another kind, another
// order, or another origin of a trace.
func TestACursorIsGoodForItsListAlone(t *testing.T) {
	each(t, func(w *world) {
		n := w.build(w.a)
		w.populate(w.a, n)
		h := w.handler()
		list, _ := call[rest.List[made]](w, h, "maintainer", "GET", "/api/v1/accounts?limit=1", "", 200)
		behind, _ := call[rest.List[supply.Affected]](w, h, "maintainer", "GET", "/api/v1/traces/line/"+n.T.String()+"/accounts?limit=1", "", 200)
		for path, cursor := range map[string]string{
			"accounts?sort=-account_no&cursor=": list.NextCursor, "accounts?sort=contract_va&cursor=": list.NextCursor, "meters?cursor=": list.NextCursor,
			"traces/line/" + n.U.String() + "/accounts?cursor=": behind.NextCursor, "traces/line/" + n.T.String() + "/accounts?cursor=": list.NextCursor,
		} {
			p, _ := call[rest.Problem](w, h, "maintainer", "GET", "/api/v1/"+path+cursor, "", 422)
			if cursor == "" || !strings.Contains(p.Code, "cursor") {
				w.t.Errorf("%s: %+v", path, p)
			}
		}
	})
}
