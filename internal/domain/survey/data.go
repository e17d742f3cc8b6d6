package survey

import (
	"encoding/hex"
	"math"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Digest is a SHA-256, hexadecimal in JSON.
type Digest []byte

// MarshalText writes hexadecimal digits.
func (d Digest) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(d)), nil }

// Data is a data set: the accepted rows of one file.
type Data struct {
	ID          id.ID        `json:"id"`
	FileID      id.ID        `json:"file_id"`
	FileName    string       `json:"file_name"`
	FileSHA256  Digest       `json:"file_sha256"`
	SHA256      Digest       `json:"sha256" doc:"of the answers as they are kept; estimates name it"`
	Mapping     Mapping      `json:"mapping"`
	Description Description  `json:"description"`
	CreatedAt   when.Instant `json:"created_at"`
	FinishedAt  when.Instant `json:"finished_at"`
}

// Description says what a data set holds.
type Description struct {
	Rows        int64              `json:"rows"`
	Rejected    int64              `json:"rejected"`
	Weighted    bool               `json:"weighted"`
	Respondents bool               `json:"respondents" doc:"respondents have a number or code"`
	Items       []ItemDescription  `json:"items" nullable:"false"`
	Attributes  []AttributeSummary `json:"attributes" nullable:"false"`
}

// ItemDescription describes the answers to an item.
type ItemDescription struct {
	Code      string  `json:"code"`
	Construct string  `json:"construct"`
	Header    string  `json:"header"`
	Valid     int64   `json:"valid"`
	Missing   int64   `json:"missing"`
	Min       float64 `json:"min"`
	Max       float64 `json:"max"`
	Mean      float64 `json:"mean"`
}

// AttributeSummary lists the levels of an attribute in the order of the file.
type AttributeSummary struct {
	Name   string  `json:"name"`
	Header string  `json:"header"`
	Levels []Level `json:"levels" nullable:"false"`
}

// Level is one value of an attribute.
type Level struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

// describe begins the description of what the checker reads.
func (c *checker) describe() *Description {
	d := &Description{Weighted: c.weight > 0, Respondents: c.respondent > 0, Items: []ItemDescription{}, Attributes: []AttributeSummary{}}
	for _, item := range c.items {
		d.Items = append(d.Items, ItemDescription{Code: item.Target, Construct: item.construct, Header: item.Header})
	}
	return d
}

func (d *Description) count(r *record) {
	d.Rows++
	for i, v := range r.answers {
		item := &d.Items[i]
		if math.IsNaN(v) {
			item.Missing++
			continue
		}
		if item.Valid == 0 {
			item.Min, item.Max = v, v
		}
		item.Valid++
		item.Min, item.Max = min(item.Min, v), max(item.Max, v)
		item.Mean += (v - item.Mean) / float64(item.Valid)
	}
}

// finish adds what is known only at the end.
func (d *Description) finish(c *checker) {
	d.Rejected = c.summary.Rejected
	for _, a := range c.attributes {
		s := AttributeSummary{Name: a.Target, Header: a.Header, Levels: []Level{}}
		for i, name := range a.levels {
			s.Levels = append(s.Levels, Level{name, a.counts[i]})
		}
		d.Attributes = append(d.Attributes, s)
	}
}

// Responses are the answers of a study as analyses need them, by column.
type Responses struct {
	Study       Study
	Data        Data
	Items       []string
	Answers     [][]float64 // by item; NaN where missing
	Attributes  []AttributeSummary
	Levels      [][]int   // by attribute: position in its levels plus 1, 0 where empty
	Weights     []float64 // nil without a weight column
	Respondents int
}

func (r *Responses) add(b *block) {
	for i, column := range b.answers {
		r.Answers[i] = append(r.Answers[i], column...)
	}
	for i, column := range b.levels {
		r.Levels[i] = append(r.Levels[i], column...)
	}
	if r.Data.Description.Weighted {
		r.Weights = append(r.Weights, b.weights...)
	}
	r.Respondents += len(b.rows)
}

// Response is one respondent's answers.
type Response struct {
	Row        int                 `json:"row" doc:"of the file"`
	Respondent string              `json:"respondent,omitempty"`
	Weight     float64             `json:"weight,omitempty"`
	Attributes map[string]string   `json:"attributes" nullable:"false"`
	Answers    map[string]*float64 `json:"answers" nullable:"false" doc:"null: no answer"`
}

func (d Data) response(b *block, i int) Response {
	r := Response{Row: b.rows[i], Respondent: b.respondents[i], Attributes: map[string]string{}, Answers: map[string]*float64{}}
	if d.Description.Weighted {
		r.Weight = b.weights[i]
	}
	for k, a := range d.Description.Attributes {
		if level := b.levels[k][i]; level > 0 {
			r.Attributes[a.Name] = a.Levels[level-1].Name
		}
	}
	for k, item := range d.Description.Items {
		r.Answers[item.Code] = nil
		if v := b.answers[k][i]; !math.IsNaN(v) {
			r.Answers[item.Code] = &v
		}
	}
	return r
}
