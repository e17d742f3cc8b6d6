package feedback

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// Refusal is a row that was not imported, and why.
type Refusal struct {
	Row    int    `json:"row" doc:"as a spreadsheet numbers it"`
	Column string `json:"column,omitempty"`
	Code   string `json:"code"`
}

// Imported is what became of a file.
type Imported struct {
	ImportID    id.ID       `json:"import_id"`
	Cases       int         `json:"imported"`
	Refused     []Refusal   `json:"refused"`
	TimeToClose Percentiles `json:"time_to_close_min" doc:"of the imported cases that have ended, in minutes"`
}

// Percentiles are of a time.
type Percentiles struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
}

// percentilesOf interpolates between the nearest two values, as spreadsheets do.
func percentilesOf(values []float64) Percentiles {
	slices.Sort(values)
	at := func(share float64) float64 {
		if len(values) == 0 {
			return 0
		}
		place := share * float64(len(values)-1)
		low := int(place)
		high := min(low+1, len(values)-1)
		value := values[low] + (place-float64(low))*(values[high]-values[low])
		return math.Round(value*1e6) / 1e6
	}
	return Percentiles{at(0.5), at(0.9)}
}

// importBatch is how many cases come in by one transaction.
const importBatch = 500

// Import brings past cases of a file into a company with their own times and authors; a
// case that is there already is refused, so that an import may run again. Errors:
// ErrMapping, ErrColumns, those of sheet.Open, db.ErrOrgRequired.
func (s *Service) Import(ctx context.Context, org id.ID, mapping string, file io.ReaderAt, size int64) (done Imported, err error) {
	who, org, err := access.AllowOne(ctx, PermImport, org)
	if err != nil {
		return done, err
	}
	m, err := mappingOf(mapping)
	if err != nil {
		return done, err
	}
	in := importer{Service: s, who: who, org: org, m: m, seen: map[string]bool{}, done: Imported{Refused: []Refusal{}}}
	if err := in.prepare(ctx); err != nil {
		return done, err
	}
	if err := in.read(ctx, file, size); err != nil {
		return done, err
	}
	in.done.TimeToClose = percentilesOf(in.minutes)
	return in.done, nil
}

// importer brings one file in.
type importer struct {
	*Service
	who     access.Who
	org     id.ID
	m       Mapping
	seen    map[string]bool
	batch   []past
	minutes []float64
	done    Imported
}

// prepare makes the categories of the mapping.
func (in *importer) prepare(ctx context.Context) error {
	defer in.cache.forget(in.org)
	return in.DB.Write(ctx, func(tx *db.Tx) error {
		own, err := categoriesOf(tx, in.org)
		if err != nil {
			return err
		}
		known := overlay(own)
		for _, c := range in.m.Categories {
			if _, ok := known[c.Code]; ok {
				continue
			}
			if err := saveCategory(tx, in.org, &c, 0); err != nil {
				return err
			}
		}
		in.done.ImportID = tx.NewID()
		return nil
	})
}

func (in *importer) read(ctx context.Context, file io.ReaderAt, size int64) (err error) {
	r, err := sheet.Open(file, size, sheet.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	at, err := in.m.columns(r.Header)
	if err != nil {
		return err
	}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return in.flush(ctx)
		}
		if err != nil {
			return err
		}
		in.take(row, at)
		if len(in.batch) == importBatch {
			if err := in.flush(ctx); err != nil {
				return err
			}
		}
	}
}

func (in *importer) take(row sheet.Row, at map[string]int) {
	if row.Problem != nil {
		in.done.Refused = append(in.done.Refused, Refusal{row.Number, row.Problem.Name, row.Problem.Code})
		return
	}
	p, wrong := in.m.read(row.Number, row.Cells, at, in.DB.Now())
	switch {
	case wrong != nil:
		in.done.Refused = append(in.done.Refused, *wrong)
	case in.seen[p.no]:
		in.done.Refused = append(in.done.Refused, Refusal{row.Number, in.m.Key, "duplicate"})
	default:
		in.seen[p.no] = true
		in.batch = append(in.batch, p)
	}
}

// flush writes what was read. Nothing of the importer changes before it is written.
func (in *importer) flush(ctx context.Context) error {
	if len(in.batch) == 0 {
		return nil
	}
	var again []past
	err := in.DB.Write(ctx, func(tx *db.Tx) (err error) { again, err = in.writeTx(tx); return err })
	if err != nil {
		return err
	}
	for _, p := range in.batch {
		if slices.ContainsFunc(again, func(a past) bool { return a.no == p.no }) {
			in.done.Refused = append(in.done.Refused, Refusal{p.row, in.m.Key, "already_there"})
			continue
		}
		in.done.Cases++
		if p.ended != 0 {
			in.minutes = append(in.minutes, p.ended.Sub(p.received).Minutes())
		}
	}
	in.batch = nil
	return nil
}

// writeTx writes the batch by one audit entry, but for cases that are there already.
func (in *importer) writeTx(tx *db.Tx) (again []past, err error) {
	numbers := make([]string, len(in.batch))
	for i, p := range in.batch {
		numbers[i] = p.no
	}
	known, err := knownNumbers(tx, in.org, numbers)
	if err != nil {
		return nil, err
	}
	w, err := in.workTx(tx, in.who, caseRow{Case: Case{OrgID: in.org}})
	if err != nil {
		return nil, err
	}
	calendar, err := in.Calendars.CalendarTx(tx)
	if err != nil {
		return nil, err
	}
	var cases []caseRow
	var events []event
	var limits []Deadline
	digest := sha256.New()
	for _, p := range in.batch {
		if known[p.no] {
			again = append(again, p)
			continue
		}
		r, err := in.caseOf(w, calendar, p)
		if err != nil {
			return nil, err
		}
		fmt.Fprintln(digest, r.CaseNo, r.ReceivedAt, r.EndedAt, r.Type, r.Category)
		cases, events, limits = append(cases, r), append(events, w.happened...), append(limits, w.deadlines...)
	}
	if err := insertRows(tx, "feedback_case", caseColumns, len(cases), func(i int) []any { return cases[i].values() }); err != nil {
		return nil, err
	}
	if err := insertEvents(tx, events); err != nil {
		return nil, err
	}
	if err := insertDeadlines(tx, limits); err != nil {
		return nil, err
	}
	return again, in.Audit.RecordTx(tx, audit.Change{OrgID: in.org, Actor: in.who.Actor(), Action: PermImport, ObjectType: "org", ObjectID: in.org,
		After: map[string]any{"import_id": in.done.ImportID, "mapping": in.m.Name, "cases": len(cases), "sha256": hex.EncodeToString(digest.Sum(nil))}})
}

// caseOf makes a past case with the steps that are known of it.
func (in *importer) caseOf(w *work, calendar *when.Calendar, p past) (r caseRow, err error) {
	w.before, w.events, w.happened, w.deadlines = Case{}, nil, nil, nil
	f := p.facts
	w.Case = Case{ID: w.tx.NewID(), OrgID: in.org, CaseNo: p.no, Type: f.Type, Category: f.Category, State: Registered, Channel: f.Channel, Source: f.Source, Area: f.Area,
		RegistrarName: p.author, ImportID: in.done.ImportID, Round: 1, ReceivedAt: p.received, Version: 1, CreatedAt: w.tx.Now(), UpdatedAt: w.tx.Now(),
		Body: Body{Title: f.Title, Text: f.Text, Place: f.Place}}
	w.grade(w.at.Settings)
	w.actor = audit.Actor{Name: p.author}
	steps := []struct {
		kind Action
		to   State
		at   when.Instant
	}{{Create, Registered, p.received}, {Resolve, Resolved, p.ended}, {Close, Closed, p.ended}}
	for _, step := range steps {
		if step.at == 0 {
			break
		}
		w.State = step.to
		if err := w.happen(string(step.kind), Customer, Params{}, Words{}); err != nil {
			return r, err
		}
		w.events[len(w.events)-1].At, w.happened[len(w.happened)-1].At = step.at, step.at
	}
	w.ResolvedAt, w.EndedAt = p.ended, p.ended
	if w.EndedAt != 0 {
		w.VerdictBy = "not_needed"
	}
	k, err := courseOf(w.Case, w.events)
	if err != nil {
		return r, err
	}
	wheel := clockwork{calendar: calendar, place: w.at.place(), clock: w.at.categories[w.Category].Clock}
	if w.deadlines, err = wheel.deadlines(w.Case, k); err != nil {
		return r, err
	}
	w.next(w.deadlines, Ladder{})
	r = caseRow{Case: w.Case, PhoneBlind: []byte{}}
	r.Sealed, err = w.keys.Seal(id.ID{}, bodyPlace(w.ID), w.Body)
	return r, err
}
