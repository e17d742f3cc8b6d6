package audit

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const (
	// permRetain names the removing in the log; nobody calls it.
	permRetain = "audit.retain"
	// retainBatch bounds a transaction that removes.
	retainBatch = 500
)

// system is who does what no person asked for.
var system = Actor{Name: "system"}

// errBroken: what is to be removed is not whole. It stays as evidence.
var errBroken = errors.New("audit: the oldest entries are not whole; nothing is removed until zhiyin verify passes")

// Retain removes entries older than the rules of their companies keep them.
func (l *Log) Retain(ctx context.Context) error {
	var rules []Rule
	if err := l.db.Read(ctx, func(tx *db.Tx) (err error) { rules, err = endingRules(tx); return err }); err != nil {
		return err
	}
	var all error
	for _, r := range rules {
		for n := retainBatch; n == retainBatch; {
			err := l.db.Write(ctx, func(tx *db.Tx) (err error) { n, err = l.retainTx(tx, r.OrgID, r.cut(tx.Now())); return err })
			if err != nil {
				all = errors.Join(all, err)
				break
			}
		}
	}
	return all
}

// removed is what the log tells of a removing.
type removed struct {
	Entries int          `json:"entries"`
	From    int64        `json:"from"`
	To      int64        `json:"to"`
	Before  when.Instant `json:"before"`
}

// retainTx removes a batch of entries from the old end of a chain, as far as they
// are older than cut, signed by a head and whole, and leaves a checkpoint from
// which the chain is verified.
func (l *Log) retainTx(tx *db.Tx, org id.ID, cut when.Instant) (n int, err error) {
	company, err := l.keys.CompanyTx(tx, org)
	if err != nil {
		return 0, err
	}
	chain, free, err := lockChain(tx, org, genesis(company))
	if err != nil || !free {
		return 0, err
	}
	key, err := l.keys.SignerTx(tx, signUse)
	if err != nil {
		return 0, err
	}
	w := &walk{verifier: &verifier{log: l, key: key.Public().(ed25519.PublicKey), report: newReport(tx.Now())}, org: org}
	if _, err := w.begin(tx); err != nil || !w.report.Whole {
		return 0, cmp.Or(err, errBroken)
	}
	page, err := linkedEntries(tx, org, w.number, chain.HeadNumber, retainBatch)
	if err != nil {
		return 0, err
	}
	first := w.number + 1
	for _, e := range page {
		if !e.ID.IsZero() && e.At >= cut {
			break
		}
		w.link(e)
	}
	if !w.report.Whole {
		return 0, errBroken
	}
	n = int(w.number + 1 - first)
	if n == 0 {
		return 0, nil
	}
	gone := make([]id.ID, n)
	for i := range gone {
		gone[i] = page[i].EntryID
	}
	checkpoint := Head{OrgID: org, Number: w.number, Kind: Checkpoint, Hash: w.hash, At: tx.Now()}
	if err := removeUpTo(tx, checkpoint.signed(key), gone); err != nil {
		return 0, err
	}
	return n, l.RecordTx(tx, Change{OrgID: org, Actor: system, Action: permRetain, ObjectType: "audit", ObjectID: org, After: removed{n, first, w.number, cut}})
}
