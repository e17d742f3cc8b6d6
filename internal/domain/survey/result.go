package survey

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/zhiyin-power/zhiyin/catalogue"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Problems lists what the last check or import of a file found, from the given
// one on; next is 0 at the end. Error: db.ErrNotFound.
func (s *Service) Problems(ctx context.Context, study, file id.ID, from, limit int) (list []Problem, next int, err error) {
	all, err := s.problems(ctx, PermProblems, study, file)
	if err != nil {
		return nil, 0, err
	}
	from = min(from, len(all))
	list = all[from:min(from+limit, len(all))]
	if from+limit < len(all) {
		next = from + limit
	}
	return list, next, nil
}

func (s *Service) problems(ctx context.Context, permission string, study, file id.ID) (list []Problem, err error) {
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return nil, err
	}
	f, company, err := s.fileOf(ctx, who, study, file)
	if err != nil || len(f.Problems) == 0 {
		return []Problem{}, err
	}
	raw, err := company.Own().OpenBytes(problemsPlace(f.ID), f.Problems)
	if err != nil {
		return nil, err
	}
	return list, json.Unmarshal(raw, &list)
}

// text is the problem's sentence with its remedy.
func (p Problem) text(lang string) string {
	return catalogue.Text(lang, p.key(), p.sentence())
}

// WriteProblems writes a file's problems as CSV that spreadsheets open as it is.
// Errors: db.ErrNotFound, w's.
func (s *Service) WriteProblems(ctx context.Context, study, file id.ID, lang string) (func(w io.Writer) error, error) {
	list, err := s.problems(ctx, PermDownload, study, file)
	if err != nil {
		return nil, err
	}
	return func(w io.Writer) error { return writeProblems(w, list, lang) }, nil
}

func writeProblems(w io.Writer, list []Problem, lang string) error {
	b := bufio.NewWriter(w)
	if _, err := b.WriteString("\ufeff"); err != nil { // tells spreadsheets that it is UTF-8
		return err
	}
	out := csv.NewWriter(b)
	line := func(cells ...string) error {
		for i, c := range cells {
			cells[i] = harmless(c)
		}
		return out.Write(cells)
	}
	var head []string
	for _, name := range []string{"row", "column", "header", "construct", "item", "severity", "text"} {
		head = append(head, catalogue.Text(lang, "survey.csv."+name, nil))
	}
	if err := line(head...); err != nil {
		return err
	}
	for _, p := range list {
		severity := catalogue.Text(lang, "survey.severity."+string(p.Severity), nil)
		if err := line(place0(p.Row), place0(p.Column), p.Header, p.Construct, p.Item, severity, p.text(lang)); err != nil {
			return err
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return b.Flush()
}

// place0 shows a row or column, nothing where there is none.
func place0(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// harmless keeps a spreadsheet from taking a cell for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// ListResponses lists the answers of a study in the order of the file, from the
// given respondent on; next is 0 at the end. Errors: db.ErrNotFound, ErrNoData.
func (s *Service) ListResponses(ctx context.Context, study id.ID, from, limit int) (list []Response, next int, err error) {
	who, err := access.Allow(ctx, PermResponses)
	if err != nil {
		return nil, 0, err
	}
	list = []Response{}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		st, company, d, err := s.openDataTx(tx, who.Nodes, study)
		if err != nil {
			return err
		}
		first := from / blockRows
		at := first * blockRows
		err = eachBlock(tx, company, st.OrgID, d.ID, first, (from+limit-1)/blockRows, func(b *block) error {
			for i := range b.rows {
				if at >= from && at < from+limit {
					list = append(list, d.response(b, i))
				}
				at++
			}
			return nil
		})
		if int64(from+limit) < d.Description.Rows {
			next = from + limit
		}
		return err
	})
	return list, next, err
}

// openDataTx finds the current data of a study, with the keys to its answers.
func (s *Service) openDataTx(tx *db.Tx, nodes db.Scope, study id.ID) (Study, *crypt.Company, Data, error) {
	st, err := studyByID(tx, nodes, study)
	if err != nil {
		return st, nil, Data{}, err
	}
	d, err := s.currentDataTx(tx, st)
	if err != nil || d == nil {
		if err == nil {
			err = ErrNoData
		}
		return st, nil, Data{}, err
	}
	company, err := s.keys.CompanyTx(tx, st.OrgID)
	return st, company, *d, err
}

// StudyTx finds a study for a later module that has asked for its own
// permission. Error: db.ErrNotFound.
func (s *Service) StudyTx(tx *db.Tx, nodes db.Scope, i id.ID) (Study, error) {
	return studyByID(tx, nodes, i)
}

// ModelUsedTx tells whether any study, in whichever organisation, names the model.
func (s *Service) ModelUsedTx(tx *db.Tx, ref string) (bool, error) { return modelUsed(tx, ref) }

// DataTx describes the current data of a study for a later module. Errors:
// db.ErrNotFound, ErrNoData.
func (s *Service) DataTx(tx *db.Tx, nodes db.Scope, study id.ID) (Data, error) {
	_, _, d, err := s.openDataTx(tx, nodes, study)
	return d, err
}

// Responses reads all answers of a study for a later module that has asked for
// its own permission. Errors: db.ErrNotFound, ErrNoData.
func (s *Service) Responses(ctx context.Context, nodes db.Scope, study id.ID) (r Responses, err error) {
	return r, s.db.Read(ctx, func(tx *db.Tx) error {
		var company *crypt.Company
		if r.Study, company, r.Data, err = s.openDataTx(tx, nodes, study); err != nil {
			return err
		}
		about := r.Data.Description
		r.Answers, r.Levels, r.Attributes = make([][]float64, len(about.Items)), make([][]int, len(about.Attributes)), about.Attributes
		for _, item := range about.Items {
			r.Items = append(r.Items, item.Code)
		}
		return eachBlock(tx, company, r.Study.OrgID, r.Data.ID, 0, math.MaxInt32, func(b *block) error { r.add(b); return nil })
	})
}
