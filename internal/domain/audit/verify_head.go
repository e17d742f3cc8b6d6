package audit

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// headReader reads the heads of a chain in its order, a page at a time, up to the
// last one there was when the walk began.
type headReader struct {
	log   *Log
	org   id.ID
	after int64
	upTo  int64
	page  []Head
}

// headPage is how many heads are read at once.
const headPage = 1000

// next is the next head, without taking it; ok is false when there is none.
func (r *headReader) next(ctx context.Context) (h Head, ok bool, err error) {
	if len(r.page) == 0 && r.after < r.upTo {
		err = r.log.db.Read(ctx, func(tx *db.Tx) (err error) {
			r.page, err = headsBetween(tx, r.org, r.after, r.upTo, headPage)
			return err
		})
		if len(r.page) == 0 {
			r.after = r.upTo
		}
	}
	if err != nil || len(r.page) == 0 {
		return Head{}, false, err
	}
	return r.page[0], true, nil
}

func (r *headReader) take() {
	r.after = r.page[0].Number
	r.page = r.page[1:]
}

// skip leaves out the heads up to a number.
func (r *headReader) skip(to int64) { r.after, r.page = to, nil }

// headsHere checks the heads up to the link the walk stands at.
func (w *walk) headsHere(ctx context.Context) error {
	w.compareNoted()
	for {
		h, ok, err := w.heads.next(ctx)
		if err != nil || !ok || h.Number > w.number {
			return err
		}
		w.heads.take()
		w.head(h)
	}
}

func (w *walk) head(h Head) {
	w.report.Heads++
	place := Finding{OrgID: w.org, Number: h.Number, EntryID: w.entry, At: h.At}
	switch {
	case !h.Genuine(w.key):
		place.Fault = HeadForged
	case h.Number == w.number && string(h.Hash) != string(w.hash):
		place.Fault = HeadDiffers
	}
	if place.Fault != "" {
		w.report.broken(place)
		return
	}
	if w.tip.Kind == Tip && h.At < w.tip.At {
		place.Fault = ClockBack
		w.report.note(place)
	}
	w.tip = h
}

// compareNoted compares heads that were noted elsewhere with the link the walk
// stands at.
func (w *walk) compareNoted() {
	for _, h := range w.in.Noted {
		if h.OrgID == w.org && h.Number == w.number && string(h.Hash) != string(w.hash) {
			w.report.broken(Finding{Fault: HeadDiffers, OrgID: w.org, Number: h.Number, EntryID: w.entry})
		}
	}
}

// end compares where the walk ended with what the chain, later heads and noted
// ones say.
func (w *walk) end(ctx context.Context) error {
	said := w.bounds.Number
	for {
		h, ok, err := w.heads.next(ctx)
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		w.heads.take()
		w.report.Heads++
		if h.Genuine(w.key) {
			said = max(said, h.Number)
			continue
		}
		w.report.broken(Finding{Fault: HeadForged, OrgID: w.org, Number: h.Number, At: h.At})
	}
	for _, h := range w.in.Noted {
		if h.OrgID == w.org {
			said = max(said, h.Number)
		}
	}
	switch {
	case said > w.number:
		w.report.broken(Finding{Fault: Truncated, OrgID: w.org, Number: w.number + 1, EntryID: w.entry})
	case w.number > 0 && (w.bounds.Number != w.number || string(w.bounds.Hash) != string(w.hash)):
		w.report.broken(Finding{Fault: EndDiffers, OrgID: w.org, Number: w.number, EntryID: w.entry})
	}
	if w.tip.Number > 0 {
		w.report.Tips = append(w.report.Tips, w.tip)
	}
	return nil
}

// pending checks the entries that wait for the sealer.
func (w *walk) pending(ctx context.Context) error {
	for from := (id.ID{}); ; {
		var page []linkedEntry
		err := w.log.db.Read(ctx, func(tx *db.Tx) (err error) { page, err = waitingEntries(tx, w.org, from, walkPage); return err })
		if err != nil || len(page) == 0 {
			return err
		}
		for _, e := range page {
			from = e.EntryID
			w.waiting(e)
		}
		if err := w.in.Progress(ctx, w.report.Entries); err != nil {
			return err
		}
	}
}

func (w *walk) waiting(e linkedEntry) {
	place := Finding{OrgID: w.org, EntryID: e.EntryID, At: e.At}
	w.report.Entries++
	w.report.Unsealed++
	if from := w.report.UnsealedFrom; e.At != 0 && (from == 0 || e.At < from) {
		w.report.UnsealedFrom = e.At
	}
	switch {
	case e.ID.IsZero():
		place.Fault = Missing
	case !e.Genuine(w.company):
		place.Fault = Changed
	default:
		return
	}
	w.report.broken(place)
}
