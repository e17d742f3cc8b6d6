package dataimport

import (
	"context"
	"errors"
	"io"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// Get gives an import with its columns and first problems. Error: db.ErrNotFound.
func (s *Service) Get(ctx context.Context, i id.ID) (Detail, error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return Detail{}, err
	}
	if err := s.settle(ctx, who.Scope, i); err != nil {
		return Detail{}, err
	}
	return s.detail(ctx, who, i)
}

// shownProblems is how many problems a detail shows; the file has them all.
const shownProblems = 50

var errEnough = errors.New("dataimport: enough problems")

func (s *Service) detail(ctx context.Context, who access.Who, i id.ID) (d Detail, err error) {
	lang := rest.Language(ctx)
	return d, s.DB.Read(ctx, func(tx *db.Tx) error {
		d = Detail{Problems: []Told{}}
		var own *crypt.Subject
		if d.Import, d.Setup, own, err = s.loadTx(tx, who.Scope, i); err != nil {
			return err
		}
		if d.Earlier, err = sameFile(tx, d.Import); err != nil {
			return err
		}
		if err := s.openNamesTx(tx, d.Earlier); err != nil {
			return err
		}
		d.Message = s.stopText(lang, d.Error)
		err = eachProblems(tx, own, d.Import, phaseOf(d.Import), func(problems []Problem) error {
			for _, p := range problems {
				if len(d.Problems) == shownProblems {
					return errEnough
				}
				d.Problems = append(d.Problems, s.tell(lang, p, d.Header))
			}
			return nil
		})
		if errors.Is(err, errEnough) {
			err = nil
		}
		return err
	})
}

func (s *Service) stopText(lang string, e Stop) string {
	if e.Code == "" {
		return ""
	}
	return s.Text(lang, e.Code, e.Params)
}

// phaseOf is the step whose problems are of interest.
func phaseOf(i Import) string {
	switch i.State {
	case Uploaded, Checking, Checked, Discarded:
		return phaseCheck
	case Reverting, Reverted:
		return phaseRevert
	}
	return phaseRun
}

// tell makes the sentence of a problem: what is wrong, and the remedy.
func (s *Service) tell(lang string, p Problem, header []string) Told {
	t := Told{Problem: p}
	for i, h := range header {
		if p.Column == sheet.ColumnName(i) && p.Column != "" {
			t.Header = h
		}
	}
	params := p.Params
	if en, ok := params[allowedEn]; ok && lang == catalogue.English {
		params = map[string]any{"allowed": en}
	}
	key := "problem.field." + p.Code
	if t.Message = s.Text(lang, key, params); t.Message == key { // the code of another module's error
		t.Message = s.Text(lang, p.Code, params)
	}
	return t
}

// List lists imports, the newest first.
func (s *Service) List(ctx context.Context, company id.ID, cursor string, limit int) (list []Import, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	var after position
	if _, err := s.Cursors.Decode(PermList, cursor, (*int64)(&after.At), &after.ID); err != nil {
		return nil, "", err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if list, err = recentImports(tx, who.Scope.Narrow(company), after, limit+1); err != nil {
			return err
		}
		return s.openNamesTx(tx, list)
	})
	if err == nil && len(list) > limit {
		list = list[:limit]
		last := list[limit-1]
		next, err = s.Cursors.Encode(PermList, int64(last.CreatedAt), last.ID)
	}
	return list, next, err
}

// openNamesTx opens the names of the files of imports that were read.
func (s *Service) openNamesTx(tx *db.Tx, list []Import) error {
	for i := range list {
		own, err := s.ownTx(tx, list[i].OrgID)
		if err == nil {
			err = list[i].open(own)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Preview is the first rows of a file as they stand in it.
type Preview struct {
	Header    []string `json:"header" nullable:"false"`
	HeaderRow int      `json:"header_row"`
	Rows      []Shown  `json:"rows" nullable:"false"`
}

// Shown is a row of a preview.
type Shown struct {
	Row     int      `json:"row"`
	Cells   []string `json:"cells" nullable:"false"`
	Problem *Told    `json:"problem,omitempty"`
}

// previewRows is how many rows a preview shows.
const previewRows = 20

// Preview reads the first rows. Errors: db.ErrNotFound, ErrFileGone, those of
// package sheet.
func (s *Service) Preview(ctx context.Context, i id.ID) (p Preview, err error) {
	who, err := access.Allow(ctx, PermPreview)
	if err != nil {
		return Preview{}, err
	}
	r, done, err := s.openFor(ctx, who, i)
	if err != nil {
		return Preview{}, err
	}
	defer done()
	p = Preview{Header: r.Header, HeaderRow: r.HeaderRow, Rows: []Shown{}}
	for len(p.Rows) < previewRows {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Preview{}, err
		}
		shown := Shown{Row: row.Number, Cells: row.Cells}
		if b := row.Problem; b != nil {
			told := s.tell(rest.Language(ctx), Problem{Row: row.Number, Column: b.Name, Code: b.Code, Params: b.Params}, r.Header)
			shown.Problem = &told
		}
		p.Rows = append(p.Rows, shown)
	}
	return p, nil
}

func (s *Service) openFor(ctx context.Context, who access.Who, i id.ID) (r *sheet.Reader, done func(), err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		imp, set, own, err := s.loadTx(tx, who.Scope, i)
		if err != nil {
			return err
		}
		r, done, err = s.open(imp, own, set.options())
		return err
	})
	return r, done, err
}
