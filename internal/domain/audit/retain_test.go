package audit_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
)

func (b *book) keep(months int) {
	b.t.Helper()
	b.exec("INSERT INTO audit_rule (org_id, keep_months, version, updated_at) VALUES ($1, $2, 1, 1)", orgA, months)
}

// Only what is older than the rule goes, from the old end; a checkpoint stands for
// it, and the chain is verified from there.
func TestRetentionLeavesACheckpoint(t *testing.T) {
	eachBook(t, func(b *book) {
		b.enter(orgA, 700)
		b.enter(orgB, 3)
		b.seal()
		b.now = b.now.Add(40 * 31 * 24 * time.Hour)
		b.enter(orgA, 5)
		b.seal()
		b.keep(36)
		b.must(b.Retain(t.Context()))
		r := b.verify(audit.VerifyInput{})
		if !r.Whole || r.Removed != 700 || r.Entries != 5+2+3 {
			t.Errorf("%+v", r)
		}
		if n := b.count("audit_entry WHERE action = 'audit.retain'"); n != 2 {
			t.Errorf("told of %d removings, want one a batch", n)
		}
		if n := b.count("audit_head WHERE kind = 'checkpoint'"); n != 1 {
			t.Errorf("%d checkpoints", n)
		}
		b.seal()
		b.must(b.Retain(t.Context()))
		if r = b.verify(audit.VerifyInput{}); !r.Whole || r.Removed != 700 {
			t.Errorf("again: %+v", r)
		}
		links := b.links(orgA)
		b.exec("DELETE FROM audit_entry"+ofEntry, orgA, links[0].EntryID)
		b.exec("DELETE FROM audit_link WHERE org_id = $1 AND number = 701", orgA)
		checkFirst(t, b.verify(audit.VerifyInput{}), audit.Finding{Fault: audit.Gap, OrgID: orgA, Number: 701, EntryID: links[1].EntryID}, false)
	})
}

func TestACheckpointCannotBeForged(t *testing.T) {
	eachBook(t, func(b *book) {
		b.enter(orgA, 4)
		b.seal()
		links := b.links(orgA)
		b.exec("INSERT INTO audit_head (org_id, number, kind, hash, at, signature) VALUES ($1, 2, 'checkpoint', $2, 1, $3)", orgA, links[1].Hash, make([]byte, 64))
		for _, l := range links[:2] {
			b.exec("DELETE FROM audit_entry"+ofEntry, orgA, l.EntryID)
			b.exec("DELETE FROM audit_link WHERE org_id = $1 AND number = $2", orgA, l.Number)
		}
		checkFirst(t, b.verify(audit.VerifyInput{}), audit.Finding{Fault: audit.HeadForged, OrgID: orgA, Number: 2}, false)
	})
}

// What is not whole stays as evidence, whatever its age.
func TestRetentionStopsAtWhatIsBroken(t *testing.T) {
	eachBook(t, func(b *book) {
		b.enter(orgA, 6)
		b.seal()
		b.keep(36)
		b.exec("UPDATE audit_entry SET actor_name = '王'"+ofEntry, orgA, b.links(orgA)[2].EntryID)
		b.now = b.now.Add(40 * 31 * 24 * time.Hour)
		if err := b.Retain(t.Context()); err == nil || !strings.Contains(err.Error(), "not whole") {
			t.Errorf("%v", err)
		}
		if n := b.count("audit_entry"); n != 6 {
			t.Errorf("%d entries left", n)
		}
	})
}

// The law's floor holds whatever a rule says, and without a rule nothing goes.
func TestRetentionKeepsWhatTheLawWants(t *testing.T) {
	eachBook(t, func(b *book) {
		b.enter(orgA, 3)
		b.enter(orgB, 3)
		b.seal()
		b.keep(1)
		b.now = b.now.Add(35 * 30 * 24 * time.Hour)
		b.must(b.Retain(t.Context()))
		if n := b.count("audit_entry"); n != 6 {
			t.Errorf("%d entries left before the law's three years", n)
		}
		b.now = b.now.Add(60 * 24 * time.Hour)
		b.must(b.Retain(t.Context()))
		if n := b.count("audit_entry"); n != 4 { // the other company's, and the entry that tells
			t.Errorf("%d entries left after them", n)
		}
		if r := b.verify(audit.VerifyInput{}); !r.Whole {
			t.Errorf("%+v", r.Broken)
		}
	})
}

// Several processes remove at once: each entry goes once, and nobody takes the
// other's work for tampering.
func TestRetentionTakesTurns(t *testing.T) {
	eachBook(t, func(b *book) {
		b.enter(orgA, 1200)
		b.seal()
		b.keep(36)
		b.now = b.now.Add(40 * 31 * 24 * time.Hour)
		var all sync.WaitGroup
		for range 3 {
			l := audit.New(b.d, newKeys(t))
			all.Go(func() {
				if err := l.Retain(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		b.must(b.Retain(t.Context()))
		b.seal()
		if r := b.verify(audit.VerifyInput{}); !r.Whole || r.Removed != 1200 {
			t.Errorf("%+v", r)
		}
	})
}
