package customer

import (
	"context"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Aspect is what an analysis entry judges (A1, second part of the archive).
type Aspect string

// The aspects.
const (
	Attitude    Aspect = "attitude"    // towards the company
	Performance Aspect = "performance" // of the contract, open problems
	Production  Aspect = "production"  // state of production and business
	Credit      Aspect = "credit"
	Demand      Aspect = "demand"
	Potential   Aspect = "potential"
)

var aspects = []Aspect{Attitude, Performance, Production, Credit, Demand, Potential}

// Analysis is a judgement of one aspect. Entries are never changed: the newest
// of an aspect holds, the others are its history.
type Analysis struct {
	ID         id.ID `json:"id"`
	CustomerID id.ID `json:"customer_id"`
	AnalysisInput
	At         when.Instant `json:"at"`
	AuthorID   id.ID        `json:"author_id,omitzero"`
	AuthorName string       `json:"author_name"`
}

// AnalysisInput is what an entry says.
type AnalysisInput struct {
	Aspect Aspect   `json:"aspect" enum:"attitude,performance,production,credit,demand,potential"`
	Level  int      `json:"level,omitempty" minimum:"0" maximum:"5" doc:"1 bad to 5 good; 0: no mark"`
	On     when.Day `json:"on,omitempty" maxLength:"10" doc:"day it speaks of; today when absent"`
	Text   string   `json:"text" minLength:"1" maxLength:"5000"`
}

func (in AnalysisInput) validate(today when.Day) error {
	var v fault.Validation
	v.Check(strings.TrimSpace(in.Text) != "", "text", "required")
	checkDay(&v, "on", string(in.On), string(today))
	return v.Err()
}

func analysisPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "customer_analysis", Column: "body", ID: i}
}

// Analyses lists entries about a customer, of one aspect or of all, the newest
// first.
func (s *Service) Analyses(ctx context.Context, customer id.ID, aspect Aspect, p Page) (all []Analysis, next string, err error) {
	q := new(db.Query)
	if aspect != "" {
		q.Where("aspect = ?", aspect)
	}
	return partList[analysisRow, Analysis]{"analyses " + string(aspect), selectOf(analysisColumns, "customer_analysis"), q, openAnalyses(SightOf(ctx))}.read(ctx, s, customer, p)
}

func openAnalyses(sight Sight) func(tx *db.Tx, o owner, rows []analysisRow) ([]Analysis, error) {
	return func(tx *db.Tx, o owner, rows []analysisRow) ([]Analysis, error) {
		return openAll(tx, o, rows, func(r analysisRow, subject *crypt.Subject) (Analysis, error) {
			a := Analysis{ID: r.ID, CustomerID: r.CustomerID, At: r.At, AuthorID: r.AuthorID, AuthorName: r.AuthorName,
				AnalysisInput: AnalysisInput{Aspect: r.Aspect, Level: r.Level, On: r.OnDay}}
			text, err := subject.Open(analysisPlace(r.ID), r.Body)
			a.Text = sight.Text(o.OrgID, o.ID, r.AuthorID, text)
			return a, err
		})
	}
}

// Analyse adds an entry. Errors: validation, db.ErrNotFound, ErrMerged.
func (s *Service) Analyse(ctx context.Context, key string, customer id.ID, in AnalysisInput) (made Analysis, err error) {
	who, err := access.Allow(ctx, PermAnalyse)
	if err != nil {
		return Analysis{}, err
	}
	if in.On == "" {
		in.On = s.DB.Now().Day()
	}
	if err := in.validate(s.DB.Now().Day()); err != nil {
		return Analysis{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.writeOwnerTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		i, _, err := tx.Once(onceOf(who, o, PermAnalyse, key, in), func() (id.ID, error) { return s.analyseTx(tx, who, o, in) })
		if err != nil {
			return err
		}
		r, err := analysisByID(tx, o, i)
		if err != nil {
			return err
		}
		all, err := openAnalyses(everything(o.OrgID))(tx, o, []analysisRow{r})
		if err == nil {
			made = all[0]
		}
		return err
	})
	return made, err
}

func (s *Service) analyseTx(tx *db.Tx, who access.Who, o owner, in AnalysisInput) (id.ID, error) {
	r := newAnalysis(tx, o, tx.Now(), who.Actor(), in)
	if err := insertAnalysis(tx, r); err != nil {
		return id.ID{}, err
	}
	if err := s.TimelineTx(tx, r.event()); err != nil {
		return id.ID{}, err
	}
	return r.ID, s.recordPartTx(tx, who, o, PermAnalyse, "analysis", nil, in)
}

func newAnalysis(tx *db.Tx, o owner, at when.Instant, by audit.Actor, in AnalysisInput) analysisRow {
	r := analysisRow{OrgID: o.OrgID, ID: tx.NewID(), CustomerID: o.ID, OriginID: o.ID, Aspect: in.Aspect, Level: in.Level, OnDay: in.On, At: at,
		AuthorID: by.ID, AuthorName: by.Name, Version: 1}
	r.Body = o.subject.Seal(analysisPlace(r.ID), in.Text)
	return r
}

func (r analysisRow) event() Entry {
	return Entry{OrgID: r.OrgID, CustomerID: r.CustomerID, At: r.At, Kind: "customer.analysed", Params: map[string]any{"aspect": "@customer.aspect." + string(r.Aspect)},
		Actor: audit.Actor{ID: r.AuthorID, Name: r.AuthorName}, SourceType: "analysis", SourceID: r.ID}
}
