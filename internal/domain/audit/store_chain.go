package audit

import (
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Chain is the end of a company's chain.
type Chain struct {
	OrgID      id.ID        `db:"org_id"`
	Number     int64        `db:"number"`
	Hash       []byte       `db:"hash"`
	SealedAt   when.Instant `db:"sealed_at"`
	HeadNumber int64        `db:"head_number"`
	HeadAt     when.Instant `db:"head_at"`
}

const chainColumns = "org_id, number, hash, sealed_at, head_number, head_at"

// firstID is before every identifier: the zero one stands for NULL.
var firstID = id.ID{15: 1}

func after(i id.ID) id.ID {
	if i.IsZero() {
		return firstID
	}
	return i
}

// found makes a row that is not there a false.
func found(err error) (bool, error) {
	if errors.Is(err, db.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func insertPending(tx *db.Tx, org, entry id.ID) error {
	return tx.ExecLater("INSERT INTO audit_pending (org_id, entry_id) VALUES ($1, $2)", org, entry)
}

// nextPending is the next company with waiting entries.
func nextPending(tx *db.Tx, org id.ID) (next id.ID, more bool, err error) {
	more, err = found(tx.Get(&next, "SELECT org_id FROM audit_pending WHERE org_id > $1 ORDER BY org_id LIMIT 1", after(org)))
	return next, more, err
}

// oldestPending is the waiting entry made first; zero when none waits.
func oldestPending(tx *db.Tx) (oldest id.ID, err error) {
	var first struct {
		OrgID   id.ID `db:"org_id"`
		EntryID id.ID `db:"entry_id"`
	}
	first.OrgID = firstID
	for {
		more, err := found(tx.Get(&first, "SELECT org_id, entry_id FROM audit_pending WHERE org_id > $1 ORDER BY org_id, entry_id LIMIT 1", first.OrgID))
		if err != nil || !more {
			return oldest, err
		}
		if oldest.IsZero() || first.EntryID.Compare(oldest) < 0 {
			oldest = first.EntryID
		}
	}
}

// pendingEntry is what a link is made of.
type pendingEntry struct {
	ID  id.ID  `db:"id"`
	MAC []byte `db:"mac"`
}

func pendingEntries(tx *db.Tx, org id.ID, limit int) (waiting []pendingEntry, err error) {
	return waiting, tx.Select(&waiting, `SELECT e.id, e.mac FROM audit_pending p JOIN audit_entry e ON e.org_id = p.org_id AND e.id = p.entry_id
		WHERE p.org_id = $1 ORDER BY p.entry_id LIMIT $2`, org, limit)
}

// lockChain holds the company's chain until the transaction ends; free is false
// when another process holds it.
func lockChain(tx *db.Tx, org id.ID, genesis []byte) (c Chain, free bool, err error) {
	const look = "SELECT " + chainColumns + " FROM audit_chain WHERE org_id = $1"
	if known, err := tx.Find(&c, look, org); err != nil {
		return c, false, err
	} else if !known {
		if _, err := tx.Exec("INSERT INTO audit_chain ("+chainColumns+") VALUES ($1, 0, $2, 0, 0, 0) ON CONFLICT DO NOTHING", org, genesis); err != nil {
			return c, false, err
		}
	}
	free, err = tx.Find(&c, look+tx.Dialect().ForUpdateSkipLocked(), org)
	return c, free, err
}

// extendChain adds links after the number from; their entries no longer wait.
func extendChain(tx *db.Tx, c Chain, from int64, links []Link) error {
	err := tx.Bulk(db.Bulk{Table: "audit_link", Columns: []string{"org_id", "number", "entry_id", "hash"}, Len: len(links),
		Row: func(i int) []any { return []any{links[i].OrgID, links[i].Number, links[i].EntryID, links[i].Hash} }})
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`DELETE FROM audit_pending WHERE org_id = $1 AND entry_id <= $2
		AND EXISTS (SELECT 1 FROM audit_link l WHERE l.org_id = audit_pending.org_id AND l.entry_id = audit_pending.entry_id)`,
		c.OrgID, links[len(links)-1].EntryID); err != nil {
		return err
	}
	return tx.ExecOne(db.ErrStale, "UPDATE audit_chain SET number = $2, hash = $3, sealed_at = $4 WHERE org_id = $1 AND number = $5",
		c.OrgID, c.Number, c.Hash, c.SealedAt, from)
}

// chainsDue are chains whose end is signed by no head for long, or whose last head
// is of a time to come: the clock went back, and the next one tells.
func chainsDue(tx *db.Tx) (orgs []id.ID, err error) {
	return orgs, tx.Select(&orgs, `SELECT org_id FROM audit_chain
		WHERE number > head_number AND (head_at <= $1 OR head_at > $2 OR number - head_number >= $3) ORDER BY org_id LIMIT 1000`,
		tx.Now().Add(-headEvery), tx.Now(), headLinks)
}

func insertHead(tx *db.Tx, h Head) error {
	_, err := tx.Exec("INSERT INTO audit_head (org_id, number, kind, hash, at, signature) VALUES ($1, $2, $3, $4, $5, $6)",
		h.OrgID, h.Number, h.Kind, []byte(h.Hash), h.At, []byte(h.Signature))
	return err
}

func headChain(tx *db.Tx, h Head) error {
	_, err := tx.Exec("UPDATE audit_chain SET head_number = $2, head_at = $3 WHERE org_id = $1", h.OrgID, h.Number, h.At)
	return err
}
