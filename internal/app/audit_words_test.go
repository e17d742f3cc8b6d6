package app_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The audit log names operations: each has words for the reader, and what the log
// takes for a look or an export is an operation.
func TestEveryOperationHasItsWordsInTheAuditLog(t *testing.T) {
	b := newBench(t, db.SQLite)
	raw, err := b.API().OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if key := "audit_action." + op.OperationID; !catalogue.Has(key) {
				t.Errorf("%s %s: the catalogue has no %s", method, path, key)
			}
			if k := audit.KindOf(op.OperationID); method == "get" && k == audit.OfSession {
				t.Errorf("%s is of kind %s", op.OperationID, k)
			}
		}
	}
}

func TestWhatCountsAsALookHasWords(t *testing.T) {
	raw, err := os.ReadFile("../domain/audit/rule/kind.json")
	if err != nil {
		t.Fatal(err)
	}
	var kinds map[string][]string
	if err := json.Unmarshal(raw, &kinds); err != nil {
		t.Fatal(err)
	}
	for kind, actions := range kinds {
		if !catalogue.Has("audit.kind." + kind) {
			t.Errorf("kind %s has no word", kind)
		}
		for _, a := range actions {
			if !catalogue.Has("audit_action." + a) {
				t.Errorf("%s of kind %s has no words", a, kind)
			}
		}
	}
}
