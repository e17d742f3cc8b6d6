package audit

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// auditedOrgs are the companies with a chain, or with entries.
func auditedOrgs(tx *db.Tx) (orgs []id.ID, err error) {
	if err := tx.Select(&orgs, "SELECT org_id FROM audit_chain ORDER BY org_id"); err != nil {
		return nil, err
	}
	for org := firstID; ; {
		more, err := found(tx.Get(&org, "SELECT org_id FROM audit_entry WHERE org_id > $1 ORDER BY org_id LIMIT 1", org))
		if err != nil || !more {
			return db.ScopeOf(orgs...).Orgs(), err
		}
		orgs = append(orgs, org)
	}
}

// chainBounds is what is said of a chain's end, all of it at one moment.
type chainBounds struct {
	Number int64  `db:"number"` // the chain's
	Hash   []byte `db:"hash"`
	Last   int64  `db:"last"` // of its links
	Head   int64  `db:"head"` // of its heads
}

// end is the last number there may be.
func (b chainBounds) end() int64 { return max(b.Number, b.Last) }

func boundsOf(tx *db.Tx, org id.ID) (b chainBounds, err error) {
	return b, tx.Get(&b, `SELECT coalesce((SELECT number FROM audit_chain WHERE org_id = $1), 0) AS number,
		(SELECT hash FROM audit_chain WHERE org_id = $1) AS hash,
		coalesce((SELECT max(number) FROM audit_link WHERE org_id = $1), 0) AS last,
		coalesce((SELECT max(number) FROM audit_head WHERE org_id = $1), 0) AS head`, org)
}

// linkedEntry is a link, or a waiting place, with its entry; the entry's columns
// are zero where it is gone.
type linkedEntry struct {
	Number  int64  `db:"number"`
	EntryID id.ID  `db:"entry_id"`
	Hash    []byte `db:"hash"`
	Entry
}

// entryOrNone reads an entry that a LEFT JOIN may not find.
const entryOrNone = `e.id, e.org_id, coalesce(e.at, 0) AS at, e.actor_id, coalesce(e.actor_name, '') AS actor_name, coalesce(e.action, '') AS action,
	coalesce(e.object_type, '') AS object_type, e.object_id, e.before, e.after, e.mac`

func linkedEntries(tx *db.Tx, org id.ID, from, upTo int64, limit int) (page []linkedEntry, err error) {
	return page, tx.Select(&page, `SELECT l.number, l.entry_id, l.hash, `+entryOrNone+`
		FROM audit_link l LEFT JOIN audit_entry e ON e.org_id = l.org_id AND e.id = l.entry_id
		WHERE l.org_id = $1 AND l.number > $2 AND l.number <= $3 ORDER BY l.number LIMIT $4`, org, from, upTo, limit)
}

func waitingEntries(tx *db.Tx, org, from id.ID, limit int) (page []linkedEntry, err error) {
	return page, tx.Select(&page, `SELECT 0 AS number, p.entry_id, e.mac AS hash, `+entryOrNone+`
		FROM audit_pending p LEFT JOIN audit_entry e ON e.org_id = p.org_id AND e.id = p.entry_id
		WHERE p.org_id = $1 AND p.entry_id > $2 ORDER BY p.entry_id LIMIT $3`, org, after(from), limit)
}

const headColumns = "org_id, number, kind, hash, at, signature"

func headsBetween(tx *db.Tx, org id.ID, from, upTo int64, limit int) (page []Head, err error) {
	return page, tx.Select(&page, "SELECT "+headColumns+" FROM audit_head WHERE org_id = $1 AND number > $2 AND number <= $3 ORDER BY number, kind LIMIT $4",
		org, from, upTo, limit)
}

func lastCheckpoint(tx *db.Tx, org id.ID) (h Head, there bool, err error) {
	there, err = tx.Find(&h, "SELECT "+headColumns+" FROM audit_head WHERE org_id = $1 AND kind = $2 ORDER BY number DESC LIMIT 1", org, Checkpoint)
	return h, there, err
}

// unchainedEntries are entries that stand in no chain and do not wait for one.
func unchainedEntries(tx *db.Tx, org id.ID, limit int) (entries []id.ID, err error) {
	return entries, tx.Select(&entries, `SELECT e.id FROM audit_entry e WHERE e.org_id = $1
		AND NOT EXISTS (SELECT 1 FROM audit_link l WHERE l.org_id = e.org_id AND l.entry_id = e.id)
		AND NOT EXISTS (SELECT 1 FROM audit_pending p WHERE p.org_id = e.org_id AND p.entry_id = e.id)
		ORDER BY e.id LIMIT $2`, org, limit)
}
