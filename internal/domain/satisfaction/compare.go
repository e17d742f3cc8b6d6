package satisfaction

import (
	"bytes"
	"context"
	"math"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Comparison sets two estimations side by side: difference is the second less the
// first.
type Comparison struct {
	First       Estimation   `json:"first"`
	Second      Estimation   `json:"second"`
	Independent bool         `json:"independent" doc:"other respondents; only then differences are tested"`
	Index       []Difference `json:"index" nullable:"false" doc:"by construct both models have"`
	Paths       []Difference `json:"paths" nullable:"false" doc:"by path both models have"`
	Segments    []Difference `json:"segments" nullable:"false" doc:"target's index by level of an attribute both have"`
	Notes       []Sentence   `json:"notes" nullable:"false" doc:"what makes the two hard to compare"`
}

// Difference compares one figure. The interval and the p-value are of a
// difference of two independent estimates with their standard errors (normal
// distribution).
type Difference struct {
	Name   string `json:"name" doc:"as in result.json"`
	Title  string `json:"title"`
	First  Number `json:"first" nullable:"true"`
	Second Number `json:"second" nullable:"true"`
	Change Number `json:"change" nullable:"true"`
	Lo     Number `json:"lo" nullable:"true"`
	Hi     Number `json:"hi" nullable:"true"`
	P      Number `json:"p" nullable:"true"`
}

// Compare sets two finished estimations side by side. Errors: db.ErrNotFound,
// ErrNotFinished.
func (s *Service) Compare(ctx context.Context, lang string, first, second id.ID) (c Comparison, err error) {
	who, err := access.Allow(ctx, PermCompare)
	if err != nil {
		return Comparison{}, err
	}
	var rows [2]estimationRow
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		for k, i := range []id.ID{first, second} {
			if rows[k], err = s.openedTx(tx, who.Nodes, i); err != nil {
				return err
			}
			if rows[k].State != Done {
				return ErrNotFinished
			}
		}
		return nil
	})
	if err != nil {
		return Comparison{}, err
	}
	a, err := rows[0].basis(lang)
	if err != nil {
		return Comparison{}, err
	}
	b, err := rows[1].basis(lang)
	if err != nil {
		return Comparison{}, err
	}
	return compare(a, b, lang), nil
}

func compare(a, b basis, lang string) Comparison {
	c := Comparison{
		First: a.Estimation, Second: b.Estimation, Independent: !bytes.Equal(a.Estimation.DataSHA256, b.Estimation.DataSHA256),
		Index: []Difference{}, Paths: []Difference{}, Segments: []Difference{}, Notes: []Sentence{},
	}
	s := speaker{lang, b.Model}
	level := b.Estimation.Settings.Level
	for _, x := range a.Outcome.Constructs {
		if y, ok := b.Outcome.construct(x.Name); ok {
			d := Difference{Name: "index:" + x.Name, Title: s.title(x.Name), First: x.Index.Value, Second: y.Index.Value}
			c.Index = append(c.Index, d.between(x.Index.SE, y.Index.SE, c.Independent, level))
		}
	}
	for _, x := range a.Outcome.Paths {
		for _, y := range b.Outcome.Paths {
			if x.From == y.From && x.To == y.To {
				d := Difference{Name: "path:" + x.From + "->" + x.To, Title: s.title(x.From) + " → " + s.title(x.To), First: x.Value, Second: y.Value}
				c.Paths = append(c.Paths, d.between(x.SE, y.SE, c.Independent, level))
			}
		}
	}
	c.addSegments(a, b, level)
	c.addNotes(s, a, b)
	return c
}

// between fills in change, interval and p-value.
func (d Difference) between(first, second Number, independent bool, level float64) Difference {
	d.Change = d.Second - d.First
	d.Lo, d.Hi, d.P = Number(math.NaN()), Number(math.NaN()), Number(math.NaN())
	se := math.Sqrt(float64(first*first + second*second))
	if !independent || !(se > 0) {
		return d
	}
	half := math.Sqrt2 * math.Erfinv(level) * se
	d.Lo, d.Hi = d.Change-Number(half), d.Change+Number(half)
	d.P = Number(math.Erfc(math.Abs(float64(d.Change)) / se / math.Sqrt2))
	return d
}

func (c *Comparison) addSegments(a, b basis, level float64) {
	if a.Model.Target != b.Model.Target {
		return
	}
	for _, first := range a.Outcome.Segments {
		for _, second := range b.Outcome.Segments {
			if first.Attribute == second.Attribute {
				c.addLevels(first, second, a.Model.Target, level)
			}
		}
	}
}

func (c *Comparison) addLevels(first, second Segmentation, target string, level float64) {
	for _, x := range first.Segments {
		for _, y := range second.Segments {
			i, known := x.of(target)
			j, too := y.of(target)
			if x.Level != y.Level || !known || !too {
				continue
			}
			d := Difference{Name: segmentFigure(first.Attribute, x.Level), Title: first.Attribute + ": " + x.Level, First: i.Value, Second: j.Value}
			c.Segments = append(c.Segments, d.between(meanError(i, x.N), meanError(j, y.N), c.Independent && !x.Small && !y.Small, level))
		}
	}
}

func meanError(x SegmentIndex, n int) Number { return x.SD / Number(math.Sqrt(float64(n))) }

// addNotes names what differs besides the answers.
func (c *Comparison) addNotes(s speaker, a, b basis) {
	for _, n := range []struct {
		applies bool
		code    string
	}{
		{!c.Independent, "same_answers"},
		{a.Model.Scale != b.Model.Scale, "other_scale"},
		{c.First.Model.Ref != c.Second.Model.Ref || c.First.Model.Version != c.Second.Model.Version, "other_model"},
		{c.First.Settings.Missing != c.Second.Settings.Missing || c.First.Settings.Scheme != c.Second.Settings.Scheme, "other_settings"},
		{a.Outcome.Bootstrap == nil || b.Outcome.Bootstrap == nil, "no_bootstrap"},
	} {
		if n.applies {
			c.Notes = append(c.Notes, s.say("compare", n.code, Caution, nil))
		}
	}
}
