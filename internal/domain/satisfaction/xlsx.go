package satisfaction

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// XLSX gives the report as a workbook in the reader's language, a sheet for each
// table, numbers as numbers. Errors: db.ErrNotFound, ErrNotFinished.
func (s *Service) XLSX(ctx context.Context, lang string, i id.ID) (write func(w io.Writer) error, name string, err error) {
	r, err := s.report(ctx, PermXLSX, lang, i)
	if err != nil {
		return nil, "", err
	}
	return func(w io.Writer) error { return writeXLSX(w, r, lang) }, r.Estimation.Title + " " + r.Estimation.Wave, nil
}

// JSON gives result.json: what zhiyin estimate --json prints for the same answers,
// model and settings. The reader is closed by the caller. Errors: db.ErrNotFound,
// ErrNotFinished.
func (s *Service) JSON(ctx context.Context, i id.ID) (io.ReadCloser, error) {
	who, err := access.Allow(ctx, PermJSON)
	if err != nil {
		return nil, err
	}
	var r estimationRow
	var company *crypt.Company
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if r, err = estimationByID(tx, who.Nodes, i); err != nil {
			return err
		}
		company, err = s.keys.CompanyTx(tx, r.OrgID)
		return err
	})
	if err != nil {
		return nil, err
	}
	if r.State != Done {
		return nil, ErrNotFinished
	}
	return s.blobs.Open(r.export(), company.Own())
}

// sheet is one table of the workbook: its name and columns are keys of the
// catalogue.
type sheet struct {
	name    string
	columns []string
	rows    [][]any
}

func (s *sheet) add(cells ...any) { s.rows = append(s.rows, cells) }

func writeXLSX(w io.Writer, r Report, lang string) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	say := speaker{lang: lang}
	for i, s := range r.sheets(say) {
		name := say.word("sheet." + s.name)
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return err
		}
		if err := s.write(f, name, bold, say); err != nil {
			return err
		}
	}
	return f.Write(w)
}

func (s *sheet) write(f *excelize.File, name string, bold int, say speaker) error {
	out, err := f.NewStreamWriter(name)
	if err != nil {
		return err
	}
	if err := out.SetColWidth(1, max(1, len(s.columns)), 16); err != nil {
		return err
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	head := make([]any, len(s.columns))
	for i, c := range s.columns {
		head[i] = excelize.Cell{StyleID: bold, Value: say.word("column." + c)}
	}
	if err := out.SetRow("A1", head); err != nil {
		return err
	}
	for i, row := range s.rows {
		at, err := excelize.CoordinatesToCellName(1, i+2)
		if err != nil {
			return err
		}
		if err := out.SetRow(at, cells(row)); err != nil {
			return err
		}
	}
	return out.Flush()
}

// cells leaves numbers that do not exist empty.
func cells(row []any) []any {
	out := make([]any, len(row))
	for i, v := range row {
		switch x := v.(type) {
		case Number:
			if !math.IsNaN(float64(x)) && !math.IsInf(float64(x), 0) {
				out[i] = float64(x)
			}
		default:
			out[i] = v
		}
	}
	return out
}

// sheets are the tables of a report.
func (r Report) sheets(say speaker) []*sheet {
	return []*sheet{r.summarySheet(say), r.indexSheet(), r.pathSheet(), r.driverSheet(), r.effectSheet(), r.itemSheet(), r.qualitySheet(), r.pairSheet(), r.segmentSheet(), r.crossSheet()}
}

func (r Report) summarySheet(say speaker) *sheet {
	s := &sheet{name: "summary", columns: strings.Fields("name value")}
	e := r.Estimation
	s.add(e.Title, e.Wave)
	s.add(e.Model.Title, e.Model.Version)
	for _, line := range []struct {
		label string
		value any
	}{
		{"scheme", say.word("value." + string(e.Settings.Scheme))}, {"missing_rule", say.word("value." + string(e.Settings.Missing))}, {"resamples", e.Settings.Resamples}, {"seed", e.Settings.Seed},
		{"level", e.Settings.Level}, {"n", r.Used}, {"read", r.Read}, {"invited", r.Invited}, {"data_sha256", hex.EncodeToString(e.DataSHA256)},
		{"result_sha256", hex.EncodeToString(e.ResultHash)}, {"program", e.Program},
	} {
		s.add(say.word("column."+line.label), line.value)
	}
	for _, sentence := range r.Meaning {
		s.add(sentence.Text)
	}
	for _, sentence := range r.Warnings {
		s.add(sentence.Text)
	}
	return s
}

func (r Report) indexSheet() *sheet {
	s := &sheet{name: "index", columns: strings.Fields("construct index lo hi se sd weighted band raw_mean")}
	for _, c := range r.Constructs {
		x := c.Index
		s.add(c.Title, x.Value, x.Lo, x.Hi, x.SE, x.SD, x.Weighted, c.Band, x.RawMean)
	}
	return s
}

func (r Report) pathSheet() *sheet {
	s := &sheet{name: "paths", columns: strings.Fields("from to value se lo hi p f2 vif")}
	for _, p := range r.Paths {
		s.add(p.FromTitle, p.ToTitle, p.Value, p.SE, p.Lo, p.Hi, p.P, p.F2, p.VIF)
	}
	return s
}

func (r Report) driverSheet() *sheet {
	s := &sheet{name: "drivers", columns: strings.Fields("rank construct effect lo hi p direct indirect correlation importance performance potential")}
	for _, d := range r.Drivers {
		s.add(d.Rank, d.Title, d.Effect, d.Lo, d.Hi, d.P, d.Direct, d.Indirect, d.Correlation, d.Importance, d.Performance, d.Potential)
	}
	return s
}

func (r Report) effectSheet() *sheet {
	s := &sheet{name: "effects", columns: strings.Fields("from to effect se lo hi p indirect points")}
	for _, e := range r.Effects {
		s.add(e.FromTitle, e.ToTitle, e.Value, e.SE, e.Lo, e.Hi, e.P, e.Indirect, e.Points)
	}
	return s
}

func (r Report) itemSheet() *sheet {
	s := &sheet{name: "items", columns: strings.Fields("construct item question weight loading lo hi vif index_weight mean sd valid missing")}
	for _, i := range r.Items {
		s.add(i.ConstructTitle, i.Code, i.Text, i.Weight, i.Loading, i.LoadingSpan.Lo, i.LoadingSpan.Hi, i.VIF, i.IndexWeight, i.Mean, i.SD, i.Valid, i.Missing)
	}
	return s
}

func (r Report) qualitySheet() *sheet {
	s := &sheet{name: "quality", columns: strings.Fields("construct mode items alpha rho_a rho_c ave r2 r2_adj vif")}
	for _, c := range r.Constructs {
		s.add(c.Title, string(c.Mode), c.Items, c.Alpha, c.RhoA, c.RhoC, c.AVE, c.R2, c.R2Adj, c.VIF)
	}
	return s
}

func (r Report) pairSheet() *sheet {
	s := &sheet{name: "pairs", columns: strings.Fields("construct other correlation htmt htmt_hi")}
	for _, p := range r.Pairs {
		s.add(p.ATitle, p.BTitle, p.Correlation, p.HTMT, p.HTMTHi)
	}
	return s
}

// segmentSheet has a row for each segment and construct.
func (r Report) segmentSheet() *sheet {
	s := &sheet{name: "segments", columns: strings.Fields("attribute segment n construct index lo hi sd weighted difference p")}
	for _, g := range r.Segments {
		for _, segment := range g.Segments {
			for _, x := range segment.Index {
				difference, p := Number(math.NaN()), Number(math.NaN())
				if x.Construct == r.Headline.Name {
					difference, p = segment.Difference, segment.P
				}
				s.add(g.Attribute, segment.Level, segment.N, r.title(x.Construct), x.Value, x.Lo, x.Hi, x.SD, x.Weighted, difference, p)
			}
		}
	}
	return s
}

// crossSheet has a row for each cell and construct.
func (r Report) crossSheet() *sheet {
	s := &sheet{name: "crosses", columns: strings.Fields("attribute segment other_attribute other_segment n construct index")}
	for _, x := range r.Crosses {
		for i, line := range x.Cells {
			for j, cell := range line {
				for b, v := range cell.Values {
					s.add(x.Rows, x.RowLevels[i], x.Columns, x.ColLevels[j], cell.N, r.Constructs[b].Title, v)
				}
			}
		}
	}
	return s
}

func (r Report) title(construct string) string {
	for _, c := range r.Constructs {
		if c.Name == construct {
			return c.Title
		}
	}
	return construct
}
