package knowledge

import (
	"cmp"
	"context"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Miss is what was looked for and not found.
type Miss struct {
	ID     id.ID        `json:"id"`
	OrgID  id.ID        `json:"org_id"`
	Words  string       `json:"words"`
	Times  int64        `json:"times"`
	LastAt when.Instant `json:"last_at"`
}

// Report is what owners of articles should look at.
type Report struct {
	LeastUseful []Article `json:"least_useful" nullable:"false" doc:"published articles that somebody found of no use, worst first"`
	Misses      []Miss    `json:"misses" nullable:"false" doc:"what was looked for and not found, most often first"`
}

// maxReported bounds each part of the report.
const maxReported = 50

// Report tells what helps nobody and what is missing. Permission: knowledge.report.
func (s *Service) Report(ctx context.Context, organisation id.ID) (rep Report, err error) {
	who, err := access.Allow(ctx, PermReport)
	if err != nil {
		return rep, err
	}
	return rep, s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := s.readerTx(tx, who)
		if err != nil {
			return err
		}
		scope := r.writes().Narrow(organisation)
		rows, err := leastUseful(tx, scope, maxReported)
		if err != nil {
			return err
		}
		if rep.LeastUseful, err = s.articlesTx(tx, r, rows); err != nil {
			return err
		}
		rep.Misses, err = s.missesTx(tx, scope)
		return err
	})
}

func missPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "article_miss", Column: "words", ID: i}
}

func (s *Service) missesTx(tx *db.Tx, scope db.Scope) ([]Miss, error) {
	rows, err := missesOf(tx, scope, maxReported)
	if err != nil {
		return nil, err
	}
	list := make([]Miss, len(rows))
	for i, m := range rows {
		company, err := s.Keys.CompanyTx(tx, m.OrgID)
		if err != nil {
			return nil, err
		}
		words, err := company.Own().Open(missPlace(m.ID), m.Words)
		if err != nil {
			return nil, err
		}
		list[i] = Miss{m.ID, m.OrgID, words, m.Times, m.LastAt}
	}
	return list, nil
}

// MissInput is what somebody looked for.
type MissInput struct {
	Query string `json:"q" minLength:"2" maxLength:"100"`
	OrgID id.ID  `json:"org_id,omitzero" doc:"where it is missing; absent: where the caller works"`
}

// Missed counts that something was looked for and not found; numbers of people in it are
// hidden. Errors: validation, ErrNotMissed, db.ErrOrgRequired, db.ErrNotFound.
func (s *Service) Missed(ctx context.Context, in MissInput) error {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return err
	}
	in.Query = strings.TrimSpace(in.Query)
	var v fault.Validation
	v.Check(len([]rune(in.Query)) > 1, "q", "required")
	if err := v.Err(); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.readerTx(tx, who)
		if err != nil {
			return err
		}
		organisation, err := r.seat(in.OrgID)
		if err != nil {
			return err
		}
		found, err := s.findTx(tx, who, FindInput{Query: in.Query, Limit: 1})
		if err != nil {
			return err
		}
		if len(found) > 0 {
			return ErrNotMissed
		}
		return s.missTx(tx, organisation, cn.Fold(masked(in.Query)))
	})
}

// seat is where the reader works: the organisation named, else the company of his home.
func (r reader) seat(named id.ID) (id.ID, error) {
	home := r.HomeOrgID
	if company, ok := r.tree.Company(home); ok {
		home = company.ID
	}
	switch at := cmp.Or(named, home); {
	case at.IsZero():
		return at, db.ErrOrgRequired
	case !r.scope.Has(at):
		return at, db.ErrNotFound
	default:
		return at, nil
	}
}

func (s *Service) missTx(tx *db.Tx, organisation id.ID, words string) error {
	company, err := s.Keys.CompanyTx(tx, organisation)
	if err != nil {
		return err
	}
	key := company.Blind("article_miss", words)
	if known, err := countMiss(tx, organisation, key); err != nil || known {
		return err
	}
	m := missRow{OrgID: organisation, ID: tx.NewID()}
	m.Words = company.Own().Seal(missPlace(m.ID), words)
	return insertMiss(tx, m, key)
}
