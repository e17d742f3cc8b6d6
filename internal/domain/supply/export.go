package supply

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

const (
	// maxExport bounds a list as CSV, exportPage the rows read at once: no
	// connection is held while the client reads.
	maxExport  = 200_000
	exportPage = 1000
	// cutMark is the last row of a file that is not complete.
	cutMark = "#cut"
)

// exportHandler streams a list as CSV in the reader's language; the page asked for
// does not matter.
func exportHandler[R, I any, P entity[R, I], Q query](s *Service, n noun[R, I, P]) func(context.Context, *Q) (*rest.Stream, error) {
	all := strings.Split(n.all(), ", ")
	return func(ctx context.Context, in *Q) (*rest.Stream, error) {
		taken, err := s.takeList(ctx, (*in).listing().LookupID)
		if err != nil {
			return nil, err
		}
		f := csvFile[R]{
			name: n.path, object: n.object, columns: all, say: s.speaker(ctx),
			page: func(cursor string) ([]R, string, error) {
				return list(ctx, s, n, taken.Sight(), PermExport, *in, cursor, exportPage)
			},
			row: func(r *R) ([]any, *Names) {
				return append(P(r).head().values(), P(r).row()...), P(r).head().Names
			},
			record: func() error {
				return s.recordExport(ctx, audit.Change{Action: n.op(PermExport), ObjectType: n.object, After: in}, (*in).listing().OrgID)
			},
		}
		if n.personal {
			f = f.marked(s, taken.Marked())
		}
		return f.stream(ctx)
	}
}

// takeList registers a file that leaves with the customers of a look-up shown whole;
// none where it is masked. Errors: those of lookup.
func (s *Service) takeList(ctx context.Context, lookup id.ID) (r *customer.Release, err error) {
	who, err := access.Allow(ctx, PermExport)
	if err != nil || lookup.IsZero() {
		return nil, err
	}
	return r, s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err = s.Customers.ReleaseTx(tx, who, lookup, customer.Taking{What: customer.WhatSupply})
		return err
	})
}

// recordExport writes down that a list leaves, for every company it may be of.
func (s *Service) recordExport(ctx context.Context, c audit.Change, only id.ID) error {
	who, err := access.Allow(ctx, PermExport)
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		for _, org := range who.Scope.Narrow(only).Orgs() {
			c.OrgID, c.ObjectID, c.Actor = org, org, who.Actor()
			if err := s.Audit.RecordTx(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// csvFile is a list that is read page by page and written as CSV.
type csvFile[R any] struct {
	name    string
	object  string
	columns []string
	say     speaker
	page    func(cursor string) ([]R, string, error)
	row     func(*R) ([]any, *Names) // the values in the order of the columns
	record  func() error
	// what tells on every row who took the file, or that it is masked
	markHeadings, markCells []string
}

func (f csvFile[R]) marked(s *Service, m *customer.Mark) csvFile[R] {
	f.markHeadings, f.markCells = s.Customers.MarkHeadings(f.say.lang, m), s.Customers.MarkCells(f.say.lang, m)
	return f
}

// stream reads the first page, which decides whether there is an answer at all,
// and has it written down before anything leaves.
func (f csvFile[R]) stream(ctx context.Context) (*rest.Stream, error) {
	records, next, err := f.page("")
	if err != nil {
		return nil, err
	}
	if err := f.record(); err != nil {
		return nil, err
	}
	return rest.Written(ctx, f.name+".csv", "text/csv; charset=utf-8", func(w io.Writer) error { return f.write(w, records, next) }), nil
}

// write writes page after page. A file cut by an error or the bound ends in
// cutMark; the status was sent long before.
func (f csvFile[R]) write(to io.Writer, records []R, next string) error {
	w, err := sheet.NewWriter(to, sheet.CSV)
	if err != nil {
		return err
	}
	if err := w.Write(f.heading()); err != nil {
		return err
	}
	for written := len(records); ; written += len(records) {
		for i := range records {
			if err := w.Write(f.cells(&records[i])); err != nil {
				return err
			}
		}
		if next == "" {
			return w.Close()
		}
		var failed error
		if written < maxExport {
			records, next, failed = f.page(next)
		}
		if written >= maxExport || failed != nil {
			return errors.Join(failed, w.Write([]string{cutMark}), w.Close())
		}
	}
}

func (f csvFile[R]) heading() []string {
	var cells []string
	for _, c := range f.columns {
		if !slices.Contains(internalColumns, c) {
			cells = append(cells, f.say.heading(f.object, c))
		}
	}
	return append(cells, f.markHeadings...)
}

func (f csvFile[R]) cells(r *R) []string {
	var cells []string
	values, names := f.row(r)
	for i, c := range f.columns {
		if !slices.Contains(internalColumns, c) {
			cells = append(cells, f.say.cell(f.object, c, values[i], names))
		}
	}
	return append(cells, f.markCells...)
}
