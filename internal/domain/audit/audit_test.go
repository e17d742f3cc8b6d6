package audit_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

var (
	orgA  = id.MustParse("01900000-0000-7000-8000-00000000000a")
	orgB  = id.MustParse("01900000-0000-7000-8000-00000000000b")
	thing = id.MustParse("01900000-0000-7000-8000-0000000000c1")
)

type state struct{ Phone string }

func TestEntriesAreSealedAndGenuine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		keys, err := crypt.New(bytes.Repeat([]byte{3}, 32))
		if err != nil {
			t.Fatal(err)
		}
		log := audit.New(d, keys)
		var subject *crypt.Subject
		var company *crypt.Company
		err = d.Write(context.Background(), func(tx *db.Tx) (err error) {
			if company, err = keys.CompanyTx(tx, orgA); err != nil {
				return err
			}
			if _, subject, err = company.NewSubject(thing); err != nil {
				return err
			}
			c := audit.Change{OrgID: orgA, Actor: audit.Actor{ID: orgB, Name: "李"}, Action: "thing.create", ObjectType: "thing", ObjectID: thing, After: state{"13800138000"}}
			if err := log.RecordTx(tx, c); err != nil {
				return err
			}
			c.Action, c.Before, c.After, c.Subject = "thing.update", state{"13800138000"}, state{"13900139000"}, subject
			return log.RecordTx(tx, c)
		})
		if err != nil {
			t.Fatal(err)
		}
		err = d.Read(context.Background(), func(tx *db.Tx) error {
			entries, err := log.HistoryTx(tx, db.ScopeOf(orgA), thing, 10)
			if err != nil {
				return err
			}
			check(t, tx, log, company, subject, entries)
			elsewhere, err := log.HistoryTx(tx, db.ScopeOf(orgB), thing, 10)
			if len(elsewhere) != 0 {
				t.Errorf("another company sees %d entries", len(elsewhere))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func check(t *testing.T, tx *db.Tx, log *audit.Log, company *crypt.Company, subject *crypt.Subject, entries []audit.Entry) {
	t.Helper()
	if len(entries) != 2 || entries[0].Action != "thing.update" || entries[1].ActorName != "李" {
		t.Fatalf("entries %+v", entries)
	}
	before, after, err := log.OpenTx(tx, entries[0], subject)
	if err != nil || before != `{"Phone":"13800138000"}` || after != `{"Phone":"13900139000"}` {
		t.Errorf("change %s -> %s, %v", before, after, err)
	}
	if _, _, err := log.OpenTx(tx, entries[0], nil); err == nil {
		t.Error("the company's own key opens what the customer's sealed")
	}
	if before, after, err = log.OpenTx(tx, entries[1], nil); err != nil || before != "" || after != `{"Phone":"13800138000"}` {
		t.Errorf("creation %q -> %s, %v", before, after, err)
	}
	for _, e := range entries {
		if bytes.Contains(e.After, []byte("138")) || !e.Genuine(company) {
			t.Errorf("entry in clear or not genuine: %+v", e)
		}
		for name, change := range map[string]func(*audit.Entry){
			"actor": func(e *audit.Entry) { e.ActorName = "王" }, "time": func(e *audit.Entry) { e.At++ }, "action": func(e *audit.Entry) { e.Action = "thing.get" },
			"object": func(e *audit.Entry) { e.ObjectID = orgA }, "content": func(e *audit.Entry) { e.After = e.After[1:] },
			"shift": func(e *audit.Entry) { e.ActorName, e.Action = e.ActorName+"t", e.Action[1:] },
		} {
			forged := e
			if change(&forged); forged.Genuine(company) {
				t.Errorf("a changed %s passes for genuine", name)
			}
		}
	}
}
