package audit_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func TestAnUntouchedLogIsWhole(t *testing.T) {
	eachBook(t, func(b *book) {
		if r := b.verify(audit.VerifyInput{}); !r.Whole || r.Entries != 0 || len(r.PublicKey) != 0 {
			t.Errorf("empty: %+v", r)
		}
		b.enter(orgA, 3)
		if r := b.verify(audit.VerifyInput{}); !r.Whole || r.Entries != 3 || r.Unsealed != 3 || r.UnsealedFrom == 0 {
			t.Errorf("unsealed: %+v", r)
		}
		b.seal()
		b.enter(orgB, 2)
		b.seal()
		b.enter(orgA, 2)
		walked := int64(0)
		r := b.verify(audit.VerifyInput{Progress: progress(&walked)})
		if !r.Whole || r.Entries != 7 || r.Unsealed != 2 || r.Heads != 2 || len(r.Tips) != 2 || len(r.PublicKey) != 32 || walked != 7 {
			t.Errorf("sealed: %+v, told of %d", r, walked)
		}
		if links := b.links(orgA); len(links) != 3 || links[0].Number != 1 || links[2].Number != 3 {
			t.Errorf("links %v", links)
		}
		if r = b.verify(audit.VerifyInput{Orgs: []id.ID{orgB}}); r.Entries != 2 {
			t.Errorf("one company: %+v", r)
		}
	})
}

// tampering is a change past the log and what is to be found; entry gives the
// entry that is to be named, of those in the chain.
type tampering struct {
	name   string
	do     func(b *book, org id.ID, links []link)
	want   audit.Fault
	number int64
	entry  int // index of the link; -1: none
}

const ofEntry = " WHERE org_id = $1 AND id = $2"

func changed(column string, value any) tampering {
	return tampering{"changed " + column, func(b *book, org id.ID, links []link) {
		b.exec("UPDATE audit_entry SET "+column+" = $3"+ofEntry, org, links[3].EntryID, value)
	}, audit.Changed, 4, 3}
}

var tamperings = []tampering{
	changed("at", 1), changed("actor_id", thing), changed("actor_name", "王"), changed("action", "thing.get"), changed("object_type", "think"),
	changed("object_id", orgB), changed("before", []byte{1}), changed("after", []byte{1}), changed("mac", make([]byte, 32)),
	{"one bit", func(b *book, org id.ID, links []link) {
		var after []byte
		b.write(func(tx *db.Tx) error {
			return tx.Get(&after, "SELECT after FROM audit_entry"+ofEntry, org, links[3].EntryID)
		})
		after[len(after)-1] ^= 1
		b.exec("UPDATE audit_entry SET after = $3"+ofEntry, org, links[3].EntryID, after)
	}, audit.Changed, 4, 3},
	{"deleted entry", func(b *book, org id.ID, links []link) {
		b.exec("DELETE FROM audit_entry"+ofEntry, org, links[3].EntryID)
	}, audit.Missing, 4, 3},
	{"deleted entry and link", func(b *book, org id.ID, links []link) {
		b.exec("DELETE FROM audit_entry"+ofEntry, org, links[3].EntryID)
		b.exec("DELETE FROM audit_link WHERE org_id = $1 AND number = 4", org)
	}, audit.Gap, 4, 4},
	{"deleted and the rest moved up", func(b *book, org id.ID, links []link) {
		b.exec("DELETE FROM audit_entry"+ofEntry, org, links[3].EntryID)
		b.exec("DELETE FROM audit_link WHERE org_id = $1 AND number = 4", org)
		for n := 5; n <= 6; n++ {
			b.exec("UPDATE audit_link SET number = number - 1 WHERE org_id = $1 AND number = $2", org, n)
		}
	}, audit.Moved, 4, 4},
	{"swapped entries", func(b *book, org id.ID, links []link) {
		b.exec("UPDATE audit_link SET entry_id = $2 WHERE org_id = $1 AND number = 4", org, thing)
		b.exec("UPDATE audit_link SET entry_id = $2 WHERE org_id = $1 AND number = 5", org, links[3].EntryID)
		b.exec("UPDATE audit_link SET entry_id = $2 WHERE org_id = $1 AND number = 4", org, links[4].EntryID)
	}, audit.Moved, 4, 4},
	{"changed hash", func(b *book, org id.ID, _ []link) {
		b.exec("UPDATE audit_link SET hash = $2 WHERE org_id = $1 AND number = 4", org, make([]byte, 32))
	}, audit.Moved, 4, 3},
	{"truncated", func(b *book, org id.ID, links []link) {
		b.exec("DELETE FROM audit_entry"+ofEntry, org, links[5].EntryID)
		b.exec("DELETE FROM audit_link WHERE org_id = $1 AND number = 6", org)
	}, audit.Truncated, 6, 4},
	{"truncated with its end", func(b *book, org id.ID, links []link) {
		b.exec("DELETE FROM audit_entry"+ofEntry, org, links[5].EntryID)
		b.exec("DELETE FROM audit_link WHERE org_id = $1 AND number = 6", org)
		b.exec("UPDATE audit_chain SET number = 5, hash = $2 WHERE org_id = $1", org, links[4].Hash)
	}, audit.Truncated, 6, 4},
	{"end set back", func(b *book, org id.ID, links []link) {
		b.exec("UPDATE audit_chain SET number = 5, hash = $2 WHERE org_id = $1", org, links[4].Hash)
	}, audit.EndDiffers, 6, 5},
	{"no end", func(b *book, org id.ID, _ []link) { b.exec("DELETE FROM audit_chain WHERE org_id = $1", org) }, audit.EndDiffers, 6, 5},
	{"forged entry", func(b *book, org id.ID, links []link) {
		b.exec(`INSERT INTO audit_entry SELECT $3, org_id, at, actor_id, actor_name, action, object_type, object_id, before, after, mac FROM audit_entry`+ofEntry,
			org, links[3].EntryID, thing)
	}, audit.Unchained, 0, -1},
	{"changed head", func(b *book, org id.ID, _ []link) { b.exec("UPDATE audit_head SET at = at + 1 WHERE org_id = $1", org) }, audit.HeadForged, 6, 5},
	{"moved head", func(b *book, org id.ID, _ []link) { b.exec("UPDATE audit_head SET number = 5 WHERE org_id = $1", org) }, audit.HeadForged, 5, 4},
	{"head too far", func(b *book, org id.ID, _ []link) { b.exec("UPDATE audit_head SET number = 60 WHERE org_id = $1", org) }, audit.HeadForged, 60, -1},
	{"lost key", func(b *book, org id.ID, _ []link) {
		b.exec("UPDATE company_key SET wrapped = $2 WHERE org_id = $1", org, make([]byte, 61))
	}, audit.NoKey, 0, -1},
}

// Each is done to a company of its own.
func TestEveryTamperingIsFound(t *testing.T) {
	eachBook(t, func(b *book) {
		for i, tt := range tamperings {
			org := id.ID{1, 6: 0x70, 8: 0x80, 15: byte(i)}
			b.enter(org, 6)
			b.seal()
			links := b.links(org)
			if r := b.verify(audit.VerifyInput{Orgs: []id.ID{org}}); !r.Whole {
				t.Fatalf("before %s: %+v", tt.name, r.Broken)
			}
			tt.do(b, org, links)
			want := audit.Finding{Fault: tt.want, OrgID: org, Number: tt.number}
			if tt.entry >= 0 {
				want.EntryID = links[tt.entry].EntryID
			}
			t.Run(tt.name, func(t *testing.T) { checkFirst(t, b.reopened(org), want, tt.want == audit.Unchained) })
		}
	})
}

// reopened walks a company's log as another process does, without keys in memory.
func (b *book) reopened(org id.ID) audit.Report {
	b.t.Helper()
	r, err := audit.New(b.d, newKeys(b.t)).Verify(b.t.Context(), audit.VerifyInput{Orgs: []id.ID{org}})
	b.must(err)
	return r
}

func checkFirst(t *testing.T, r audit.Report, want audit.Finding, anyEntry bool) {
	t.Helper()
	if r.Whole || len(r.Broken) == 0 {
		t.Fatalf("passes for whole: %+v", r)
	}
	got := r.Broken[0]
	got.At = 0
	if anyEntry && !got.EntryID.IsZero() {
		got.EntryID = id.ID{}
	}
	if got != want {
		t.Errorf("found %+v\n want %+v", got, want)
	}
}

// Who undoes everything after a moment, heads too, leaves a log that was right
// once; a head noted elsewhere tells.
func TestANotedHeadShowsARollBack(t *testing.T) {
	eachBook(t, func(b *book) {
		b.enter(orgA, 4)
		b.seal()
		old := b.links(orgA)[3]
		b.enter(orgA, 3)
		b.seal()
		noted := b.verify(audit.VerifyInput{}).Tips
		if len(noted) != 1 || noted[0].Number != 7 {
			t.Fatalf("tips %+v", noted)
		}
		if r := b.verify(audit.VerifyInput{Noted: noted}); !r.Whole {
			t.Fatalf("%+v", r.Broken)
		}
		for _, l := range b.links(orgA)[4:] {
			b.exec("DELETE FROM audit_entry"+ofEntry, orgA, l.EntryID)
			b.exec("DELETE FROM audit_link WHERE org_id = $1 AND number = $2", orgA, l.Number)
		}
		b.exec("DELETE FROM audit_head WHERE org_id = $1 AND number = 7", orgA)
		b.exec("UPDATE audit_chain SET number = 4, hash = $2, head_number = 4 WHERE org_id = $1", orgA, old.Hash)
		if r := b.verify(audit.VerifyInput{}); !r.Whole {
			t.Errorf("the chain itself cannot tell: %+v", r.Broken)
		}
		checkFirst(t, b.verify(audit.VerifyInput{Noted: noted}), audit.Finding{Fault: audit.Truncated, OrgID: orgA, Number: 5, EntryID: old.EntryID}, false)
		b.enter(orgA, 3)
		b.seal()
		checkFirst(t, b.verify(audit.VerifyInput{Noted: noted}), audit.Finding{Fault: audit.HeadDiffers, OrgID: orgA, Number: 7, EntryID: b.links(orgA)[6].EntryID}, false)
	})
}

func TestAWaitingEntryIsCheckedToo(t *testing.T) {
	eachBook(t, func(b *book) {
		b.enter(orgA, 2)
		var first id.ID
		b.write(func(tx *db.Tx) error {
			return tx.Get(&first, "SELECT entry_id FROM audit_pending ORDER BY entry_id LIMIT 1")
		})
		b.exec("UPDATE audit_entry SET action = 'thing.get'"+ofEntry, orgA, first)
		checkFirst(t, b.verify(audit.VerifyInput{}), audit.Finding{Fault: audit.Changed, OrgID: orgA, EntryID: first}, false)
		b.exec("DELETE FROM audit_entry"+ofEntry, orgA, first)
		checkFirst(t, b.verify(audit.VerifyInput{}), audit.Finding{Fault: audit.Missing, OrgID: orgA, EntryID: first}, false)
		b.seal()
		if r := b.verify(audit.VerifyInput{}); r.BrokenCount != 1 || r.Unsealed != 1 {
			t.Errorf("a lost entry waits for ever and is told of: %+v", r)
		}
	})
}

func TestManyFaultsAreCounted(t *testing.T) {
	eachBook(t, func(b *book) {
		b.write(func(tx *db.Tx) error {
			for i := range 130 {
				if err := b.RecordTx(tx, audit.Change{OrgID: orgA, Action: "thing.update", ObjectType: "thing", ObjectID: thing, After: state{fmt.Sprint(i)}}); err != nil {
					return err
				}
			}
			return nil
		})
		b.seal()
		b.exec("UPDATE audit_entry SET actor_name = 'x' WHERE org_id = $1", orgA)
		if r := b.verify(audit.VerifyInput{}); r.BrokenCount != 130 || len(r.Broken) != 100 {
			t.Errorf("%d counted, %d listed", r.BrokenCount, len(r.Broken))
		}
	})
}

func TestAClockSetBackIsTold(t *testing.T) {
	eachBook(t, func(b *book) {
		b.enter(orgA, 2)
		b.seal()
		b.now = b.now.Add(-24 * time.Hour)
		b.enter(orgA, 1)
		b.seal()
		r := b.verify(audit.VerifyInput{})
		if !r.Whole || len(r.Notes) != 1 || r.Notes[0].Fault != audit.ClockBack || r.Notes[0].Number != 3 || r.Heads != 2 {
			t.Errorf("%+v", r)
		}
	})
}
