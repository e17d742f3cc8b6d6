package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// asked are questions about the log, each with words of the answer.
var asked = []resttest.Scenario{
	{Name: "by kind", Path: "?kind=change&object_type=customer", Status: 200, Contains: []string{`"action":"customer.create"`, `"action_text":"新增客户"`, `"object_text":"客户"`, "王*国"}, NotContains: []string{"王建国"}},
	{Name: "by words", Path: "?q=新增客户&limit=1", Status: 200, Contains: []string{`"action":"customer.create"`}},
	{Name: "by day", Path: "?from=2026-03-02&to=2026-03-02&action=customer.create", Status: 200, Contains: []string{`"action":"customer.create"`}},
	{Name: "by another day", Path: "?to=2026-03-01", Status: 200, Contains: []string{`"items":[]`}},
	{Name: "by no day", Path: "?from=2026-13-01", Status: 422},
	{Name: "of a company that is not there", Path: "?org_id=01900000-0000-7000-8000-000000000001", Status: 200, Contains: []string{`"items":[]`}},
	{Name: "by SQL", Path: "?q=%27%20OR%201%3D1%20--", Status: 200, Contains: []string{`"items":[]`}},
}

func TestTheAuditLogIsAskedAndOpened(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		maintainer, auditor := b.signIn(t, "maintainer", "maintainer"), b.signIn(t, "auditor", "auditor")
		w := resttest.Send(b.h, resttest.Scenario{Method: "POST", Path: "/api/v1/customers", Header: maintainer,
			Body: `{"kind":"person","name":"王建国","contacts":[{"kind":"phone","value":"13900001234"}]}`})
		var c customer.Customer
		if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil || w.Code != 201 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		scenarios := make([]resttest.Scenario, len(asked))
		for i, s := range asked {
			s.Path, s.Header = "/api/v1/audit-entries"+s.Path, auditor
			scenarios[i] = s
		}
		resttest.Run(t, b.h, scenarios)
		entry := b.entryOf(t, c)
		open := resttest.Scenario{Method: "POST", Path: "/api/v1/audit-entries/" + entry.ID.String() + "/open", Header: auditor, Status: 200,
			Contains: []string{"王建国", "13900001234", `"genuine":true`}}
		closed := resttest.Scenario{Method: "POST", Path: open.Path, Header: maintainer, Status: 403}
		resttest.Run(t, b.h, []resttest.Scenario{open, closed,
			{Name: "the look", Path: "/api/v1/audit-entries?kind=read", Header: auditor, Status: 200, Contains: []string{`"action":"audit.open"`, entry.ID.String()}}})
		b.destroyKey(t, c)
		open.Contains, open.NotContains = []string{`"erased":true`, `"genuine":true`}, []string{"13900001234"}
		resttest.Run(t, b.h, []resttest.Scenario{open})
	})
}

func (b *bench) entryOf(t *testing.T, c customer.Customer) (e audit.Entry) {
	t.Helper()
	err := b.DB.Read(t.Context(), func(tx *db.Tx) error {
		all, err := b.Audit.HistoryTx(tx, db.ScopeOf(c.OrgID), c.ID, 1)
		if err == nil {
			e = all[0]
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// destroyKey does what erasing a customer does to his sealed data.
func (b *bench) destroyKey(t *testing.T, c customer.Customer) {
	t.Helper()
	err := b.DB.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec("UPDATE customer SET data_key = $1 WHERE id = $2", make([]byte, 61), c.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheAuditLogLeavesAsASignedArchive(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		auditor := b.signIn(t, "auditor", "auditor")
		w := resttest.Send(b.h, resttest.Scenario{Path: "/api/v1/audit-export?format=json&q=登录", Header: auditor})
		var st audit.State
		state := resttest.Send(b.h, resttest.Scenario{Path: "/api/v1/audit-chains", Header: auditor})
		if err := json.Unmarshal(state.Body.Bytes(), &st); err != nil || len(st.PublicKey) != 32 {
			t.Fatalf("%s: %v", state.Body, err)
		}
		m, err := audit.VerifyExport(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()), []byte(st.PublicKey))
		if err != nil || m.Rows != 1 || m.MadeBy.Name != "auditor" {
			t.Errorf("%d: %+v, %v", w.Code, m, err)
		}
		rule := resttest.Scenario{Method: "PUT", Path: "/api/v1/audit-rules/" + b.county.ID.String(), Header: auditor, Body: `{"keep_months":60}`, Status: 428}
		versioned := rule
		versioned.Header, versioned.Status = map[string]string{"Cookie": auditor["Cookie"], "If-Match": `"0"`}, 200
		tooShort := versioned
		tooShort.Body, tooShort.Status, tooShort.Contains = `{"keep_months":12}`, 422, []string{"至少保存 36 个月"}
		resttest.Run(t, b.h, []resttest.Scenario{rule, tooShort, versioned,
			{Name: "verified in the background", Method: "POST", Path: "/api/v1/audit-verifications", Header: auditor, Status: 202, Contains: []string{`"job_id"`}}})
		if ran, err := b.Jobs.RunNext(context.Background()); !ran || err != nil {
			t.Errorf("%v, %v", ran, err)
		}
	})
}
