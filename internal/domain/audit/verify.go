package audit

import (
	"context"
	"crypto/ed25519"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// walkPage is how many links are read at once.
const walkPage = 1000

// VerifyInput says what is walked.
type VerifyInput struct {
	Orgs  []id.ID // none: every company
	Noted []Head  // heads noted elsewhere; number and hash are compared
	// Progress is told how many entries were walked; an error stops the walk.
	Progress func(ctx context.Context, walked int64) error
}

// Verify walks the log beside whatever goes on: every entry against its MAC, every
// link against the one before, every head against its signature and its link. What
// is broken is in the report; an error means that the log could not be walked.
func (l *Log) Verify(ctx context.Context, in VerifyInput) (Report, error) {
	v := &verifier{log: l, in: in, report: newReport(l.db.Now())}
	if in.Progress == nil {
		v.in.Progress = func(context.Context, int64) error { return nil }
	}
	orgs := in.Orgs
	err := l.db.Read(ctx, func(tx *db.Tx) error {
		key, err := l.publicKeyTx(tx)
		switch {
		case errors.Is(err, crypt.ErrSealed):
			v.report.broken(Finding{Fault: NoKey})
		case err != nil:
			return err
		}
		v.key, v.report.PublicKey = key, Hex(key)
		if len(orgs) == 0 {
			orgs, err = auditedOrgs(tx)
			return err
		}
		return nil
	})
	for _, org := range orgs {
		if err == nil {
			err = v.chain(ctx, org)
		}
	}
	return *v.report, err
}

// verifier walks one chain after the other.
type verifier struct {
	log    *Log
	in     VerifyInput
	key    ed25519.PublicKey
	report *Report
}

// chain walks the chain of a company and what is not in it yet.
func (v *verifier) chain(ctx context.Context, org id.ID) error {
	w := &walk{verifier: v, org: org}
	var readable bool
	err := v.log.db.Read(ctx, func(tx *db.Tx) (err error) { readable, err = w.begin(tx); return err })
	if err != nil || !readable {
		return err
	}
	if err := w.links(ctx); err != nil {
		return err
	}
	if err := w.end(ctx); err != nil {
		return err
	}
	if err := w.pending(ctx); err != nil {
		return err
	}
	return v.log.db.Read(ctx, func(tx *db.Tx) error {
		loose, err := unchainedEntries(tx, org, maxFindings)
		for _, i := range loose {
			v.report.broken(Finding{Fault: Unchained, OrgID: org, EntryID: i})
		}
		return err
	})
}

// walk is where the verifier stands in a chain.
type walk struct {
	*verifier
	org     id.ID
	company *crypt.Company
	bounds  chainBounds
	number  int64  // of the last link, or where the chain begins
	hash    []byte // of it; nil: not known, after a gap
	entry   id.ID  // it holds
	heads   headReader
	tip     Head // the last one that was right
}

// begin reads where the chain begins and ends now; readable is false when its
// company's key cannot be opened.
func (w *walk) begin(tx *db.Tx) (readable bool, err error) {
	if w.company, err = w.log.keys.CompanyTx(tx, w.org); err != nil {
		if !errors.Is(err, crypt.ErrNoKey) && !errors.Is(err, crypt.ErrSealed) {
			return false, err
		}
		w.report.broken(Finding{Fault: NoKey, OrgID: w.org})
		return false, nil
	}
	w.hash = genesis(w.company)
	if w.bounds, err = boundsOf(tx, w.org); err != nil {
		return false, err
	}
	w.heads = headReader{log: w.log, org: w.org, upTo: w.bounds.Head}
	return true, w.fromCheckpoint(tx)
}

// fromCheckpoint moves to the last checkpoint, where the rule of retention has
// removed what was before it.
func (w *walk) fromCheckpoint(tx *db.Tx) error {
	c, there, err := lastCheckpoint(tx, w.org)
	if err != nil || !there || c.Number <= w.number {
		return err
	}
	w.report.Heads++
	if !c.Genuine(w.key) {
		w.report.broken(Finding{Fault: HeadForged, OrgID: w.org, Number: c.Number, At: c.At})
		return nil
	}
	w.report.Removed += c.Number - w.number
	w.number, w.hash, w.entry = c.Number, c.Hash, id.ID{}
	w.heads.skip(c.Number)
	w.tip = c
	for _, h := range w.in.Noted {
		if h.OrgID == w.org && h.Number < c.Number {
			w.report.note(Finding{Fault: Removed, OrgID: w.org, Number: h.Number})
		}
	}
	w.compareNoted()
	return nil
}

// links walks the links: one goroutine reads while another computes.
func (w *walk) links(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	pages := make(chan []linkedEntry, 2)
	from := w.number
	g.Go(func() error {
		defer close(pages)
		return w.read(ctx, from, pages)
	})
	g.Go(func() error {
		for page := range pages {
			if err := w.check(ctx, page); err != nil {
				return err
			}
		}
		return nil
	})
	return g.Wait()
}

// read sends page after page of the links after a number.
func (w *walk) read(ctx context.Context, from int64, pages chan<- []linkedEntry) error {
	for from < w.bounds.end() {
		var page []linkedEntry
		err := w.log.db.Read(ctx, func(tx *db.Tx) (err error) {
			page, err = linkedEntries(tx, w.org, from, w.bounds.end(), walkPage)
			return err
		})
		if err != nil || len(page) == 0 {
			return err
		}
		from = page[len(page)-1].Number
		select {
		case pages <- page:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (w *walk) check(ctx context.Context, page []linkedEntry) error {
	if page[0].Number != w.number+1 { // removed meanwhile by the rule, or by somebody
		if err := w.log.db.Read(ctx, w.fromCheckpoint); err != nil {
			return err
		}
	}
	for _, e := range page {
		if e.Number <= w.number {
			continue
		}
		w.link(e)
		if err := w.headsHere(ctx); err != nil {
			return err
		}
	}
	w.report.Entries += int64(len(page))
	return w.in.Progress(ctx, w.report.Entries)
}

// link checks one link and its entry.
func (w *walk) link(e linkedEntry) {
	place := Finding{OrgID: w.org, Number: e.Number, EntryID: e.EntryID, At: e.At}
	if e.Number != w.number+1 {
		w.report.broken(Finding{Fault: Gap, OrgID: w.org, Number: w.number + 1, EntryID: e.EntryID, At: e.At})
		w.hash = nil
	}
	switch {
	case e.ID.IsZero():
		place.Fault = Missing
	case !e.Genuine(w.company):
		place.Fault = Changed
	case w.hash != nil && string(e.Hash) != string(linkHash(w.company, w.hash, e.Number, e.ID, e.MAC)):
		place.Fault = Moved
	}
	if place.Fault != "" {
		w.report.broken(place)
	}
	w.number, w.hash, w.entry = e.Number, e.Hash, e.EntryID
}
