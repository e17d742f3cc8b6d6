package dataimport

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// ProblemFile is a file of the rows that were not taken, to be corrected and
// sent again: their cells as they were, then row number, column in question, and
// what is wrong with its remedy. The cells go back, under a mark, to nobody but who
// sent them. Of a revert it lists the records left alone.
type ProblemFile struct {
	s      *Service
	imp    Import
	set    setup
	own    *crypt.Subject
	lang   string
	format sheet.Format
	sender bool
	mark   *customer.Mark
	Name   string
}

// Problems prepares the file in a language and has it written down that it leaves;
// Write does the work. Error: db.ErrNotFound.
func (s *Service) Problems(ctx context.Context, i id.ID, f sheet.Format, lang string) (*ProblemFile, error) {
	who, err := access.Allow(ctx, PermProblems)
	if err != nil {
		return nil, err
	}
	p := &ProblemFile{s: s, lang: lang, format: f}
	err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		if p.imp, p.set, p.own, err = s.loadTx(tx, who.Scope, i); err != nil {
			return err
		}
		p.sender = p.imp.CreatedBy == who.UserID
		if !p.sender {
			return nil
		}
		m, err := s.Customers.ReturnTx(tx, who, p.imp.OrgID, p.imp.ID)
		p.mark = &m
		return err
	})
	if err != nil {
		return nil, err
	}
	p.Name = strings.TrimSuffix(p.imp.FileName, path.Ext(p.imp.FileName)) + s.Text(lang, "dataimport.problem_file", nil) + "." + string(f)
	return p, nil
}

// Write writes the file as a stream.
func (p *ProblemFile) Write(ctx context.Context, to io.Writer) error {
	out, err := sheet.NewWriter(to, p.format)
	if err != nil {
		return err
	}
	if phase := phaseOf(p.imp); phase == phaseRevert {
		err = p.writeKept(ctx, out)
	} else {
		err = p.writeRows(ctx, out, phase)
	}
	if err != nil {
		err = errors.Join(err, out.Write([]string{p.text("problem_file_cut")}))
	}
	return errors.Join(err, out.Close())
}

func (p *ProblemFile) text(key string) string { return p.s.Text(p.lang, "dataimport."+key, nil) }

// writeRows walks through the problems and the file side by side: both are in the
// order of rows.
func (p *ProblemFile) writeRows(ctx context.Context, out sheet.Writer, phase string) error {
	src, done, err := p.s.open(p.imp, p.own, p.set.options())
	if err != nil {
		return err
	}
	defer done()
	keep, header := p.ownColumns(src.Header)
	if err := out.Write(slices.Concat(header, []string{p.text("column_row"), p.text("column_place"), p.text("column_problem")}, p.marks(p.s.Customers.MarkHeadings))); err != nil {
		return err
	}
	rows := &rowFinder{src: src}
	return p.s.DB.Read(ctx, func(tx *db.Tx) error {
		return eachProblems(tx, p.own, p.imp, phase, func(problems []Problem) error {
			for len(problems) > 0 {
				n := 1
				for n < len(problems) && problems[n].Row == problems[0].Row {
					n++
				}
				cells, err := rows.find(problems[0].Row)
				if err != nil {
					return err
				}
				if err := out.Write(p.line(keep, cells, problems[:n], src.Header)); err != nil {
					return err
				}
				problems = problems[n:]
			}
			return nil
		})
	})
}

// marks are headings or cells of the mark.
func (p *ProblemFile) marks(of func(lang string, m *customer.Mark) []string) []string {
	return of(p.lang, p.mark)
}

// ownColumns are the columns of the file that go back: none to who did not send
// it, and not those an earlier problem file added.
func (p *ProblemFile) ownColumns(header []string) (keep []int, names []string) {
	if !p.sender {
		return nil, nil
	}
	for i, h := range header {
		if !dictionary().isOwn(h) {
			keep, names = append(keep, i), append(names, h)
		}
	}
	return keep, names
}

// line is a row of the file with what is wrong with it.
func (p *ProblemFile) line(keep []int, cells []string, problems []Problem, header []string) []string {
	var line, places, messages []string
	for _, i := range keep {
		cell := ""
		if i < len(cells) {
			cell = cells[i]
		}
		line = append(line, cell)
	}
	for _, b := range problems {
		t := p.s.tell(p.lang, b, header)
		place := t.Header
		if place == "" && b.Field != "" {
			place = p.fieldName(b.Field)
		}
		if b.Column != "" {
			place = strings.TrimSpace(b.Column + " " + place)
		}
		if place != "" {
			places = append(places, place)
		}
		messages = append(messages, t.Message)
	}
	line = append(line, itoa(problems[0].Row), strings.Join(places, "; "), strings.Join(messages, " "))
	return append(line, p.marks(p.s.Customers.MarkCells)...)
}

func (p *ProblemFile) fieldName(code string) string {
	if f := fieldByCode(dictionary().fields, code); f != nil {
		return f.name(p.lang)
	}
	return code
}

// rowFinder reads a file forward to rows of rising numbers.
type rowFinder struct {
	src *sheet.Reader
	row sheet.Row
}

func (r *rowFinder) find(number int) ([]string, error) {
	for r.row.Number < number {
		var err error
		if r.row, err = r.src.Next(); err != nil {
			return nil, fmt.Errorf("dataimport: row %d: %w", number, err)
		}
	}
	return r.row.Cells, nil
}

// writeKept lists what a revert left alone.
func (p *ProblemFile) writeKept(ctx context.Context, out sheet.Writer) error {
	if err := out.Write([]string{p.text("column_record"), p.text("column_no"), p.text("column_problem")}); err != nil {
		return err
	}
	return p.s.DB.Read(ctx, func(tx *db.Tx) error {
		return eachProblems(tx, p.own, p.imp, phaseRevert, func(problems []Problem) error {
			for _, b := range problems {
				line := []string{p.text("record_" + b.Field), fmt.Sprint(b.Params["no"]), p.s.tell(p.lang, b, nil).Message}
				if err := out.Write(line); err != nil {
					return err
				}
			}
			return nil
		})
	})
}
