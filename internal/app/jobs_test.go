package app_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

func TestCancellingAJobIsRecorded(t *testing.T) {
	each(t, func(t *testing.T, b *bench) {
		owner, other := b.signIn(t, "owner", "maintainer"), b.signIn(t, "other", "maintainer")
		w := resttest.Send(b.h, resttest.Scenario{Method: http.MethodPost, Path: "/api/v1/customer-exports", Header: owner, Body: `{"format":"csv","filter":{}}`})
		var made struct {
			JobID id.ID `json:"job_id"`
		}
		if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || w.Code != http.StatusAccepted {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		path := "/api/v1/jobs/" + made.JobID.String()
		resttest.Run(t, b.h, []resttest.Scenario{
			{Name: "somebody else's", Method: "POST", Path: path + "/cancel", Header: other, Status: 404},
			{Name: "one's own", Method: "POST", Path: path + "/cancel", Header: owner, Status: 204},
			{Name: "it is cancelled", Path: path, Header: owner, Status: 200, Contains: []string{`"state":"cancelled"`}},
			{Name: "again", Method: "POST", Path: path + "/cancel", Header: owner, Status: 409},
		})
		err := b.DB.Read(t.Context(), func(tx *db.Tx) error {
			entries, err := b.Audit.HistoryTx(tx, db.ScopeOf(b.county.ID), made.JobID, 5)
			if len(entries) != 1 || entries[0].Action != "job.cancel" || entries[0].ActorName != "owner" {
				t.Errorf("recorded %+v", entries)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Keys of requests sent long ago do not pile up.
func TestTheHouseIsKept(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, e db.Dialect) {
		b := newBench(t, e)
		err := b.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec("INSERT INTO idempotency_key (org_id, key_hash, body_hash, resource_id, at) VALUES ($1, $2, $3, $4, $5)",
				b.county.ID, []byte{1}, []byte{2}, b.county.ID, tx.Now().Add(-25*time.Hour))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		served, left := make(chan error, 1), -1
		go func() { served <- b.Serve(ctx, l) }()
		for i := 0; i < 200 && left != 0; i++ {
			time.Sleep(10 * time.Millisecond)
			if err := b.DB.Read(t.Context(), func(tx *db.Tx) error { return tx.Get(&left, "SELECT count(*) FROM idempotency_key") }); err != nil {
				t.Error(err)
			}
		}
		if left != 0 {
			t.Errorf("%d keys are left", left)
		}
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
}
