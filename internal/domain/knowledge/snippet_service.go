package knowledge

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Operations on standard answers; the audit log tells them apart.
const (
	opSnippetCreate = "knowledge.snippet_create"
	opSnippetUpdate = "knowledge.snippet_update"
)

const snippetType = "snippet"

// Snippets lists standard answers by contact point. Permission: knowledge.list.
func (s *Service) Snippets(ctx context.Context, f SnippetFilter, cursor string, limit int) (list []Snippet, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	var point string
	var after id.ID
	if _, err := s.Cursors.Decode("knowledge.snippets", cursor, &point, &after); err != nil {
		return nil, "", err
	}
	var rows []snippetRow
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := s.readerTx(tx, who)
		if err != nil {
			return err
		}
		if rows, err = listSnippets(tx, r.about(f.OrgID), f, cn.Fold(f.Query), point, after, limit+1); err != nil {
			return err
		}
		list = make([]Snippet, min(len(rows), limit))
		for i := range list {
			if list[i], err = r.snippet(rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && len(rows) > limit {
		last := rows[limit-1]
		next, err = s.Cursors.Encode("knowledge.snippets", last.ContactPoint, last.ID)
	}
	return list, next, err
}

func (r reader) snippet(row snippetRow) (Snippet, error) {
	one, err := row.snippet()
	one.Shared = r.shared(row.OrgID)
	if r.holds(PermSnippet, row.OrgID) {
		one.May = append(one.May, "update")
	}
	return one, err
}

// Snippet gives one standard answer. Error: db.ErrNotFound.
func (s *Service) Snippet(ctx context.Context, i id.ID) (one Snippet, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return one, err
	}
	return one, s.DB.Read(ctx, func(tx *db.Tx) error { one, _, err = s.snippetTx(tx, who, i); return err })
}

func (s *Service) snippetTx(tx *db.Tx, who access.Who, i id.ID) (one Snippet, row snippetRow, err error) {
	r, err := s.readerTx(tx, who)
	if err != nil {
		return one, row, err
	}
	if row, err = snippetByID(tx, r.scope, i); err != nil {
		return one, row, err
	}
	one, err = r.snippet(row)
	return one, row, err
}

// put writes what was typed into a row.
func (r *snippetRow) put(who access.Who, in SnippetInput) (err error) {
	r.ContactPoint, r.Active, r.AuthorName = in.ContactPoint, !in.Retired, who.Name
	r.Folded = ""
	for _, p := range []Phrase{in.Zh, in.En} {
		r.Folded += cn.Fold(p.Name) + "\n" + cn.Fold(p.Text) + "\n"
	}
	r.Body, err = pack(in.SnippetBody)
	return err
}

// CreateSnippet writes a new standard answer. Errors: validation, db.ErrOrgRequired,
// db.ErrNotFound, db.ErrKeyReused.
func (s *Service) CreateSnippet(ctx context.Context, key string, in SnippetInput) (one Snippet, err error) {
	who, err := access.Allow(ctx, PermSnippet)
	if err != nil {
		return one, err
	}
	if in, err = in.checked(); err != nil {
		return one, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return one, fmt.Errorf("knowledge: %w", err)
	}
	return one, s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.readerTx(tx, who)
		if err != nil {
			return err
		}
		organisation, err := r.writes().One(in.OrgID)
		if err != nil {
			return err
		}
		made, _, err := tx.Once(db.Once{OrgID: organisation, UserID: who.UserID, Action: opSnippetCreate, Key: key, Body: body}, func() (id.ID, error) {
			return s.createSnippetTx(tx, who, snippetRow{OrgID: organisation}, in)
		})
		if err == nil {
			one, _, err = s.snippetTx(tx, who, made)
		}
		return err
	})
}

func (s *Service) createSnippetTx(tx *db.Tx, who access.Who, r snippetRow, in SnippetInput) (id.ID, error) {
	r.ID, r.UpdatedAt, r.Version = tx.NewID(), tx.Now(), 1
	if err := r.put(who, in); err != nil {
		return id.ID{}, err
	}
	if err := insertSnippet(tx, r); err != nil {
		return id.ID{}, err
	}
	return r.ID, s.Audit.RecordTx(tx, audit.Change{OrgID: r.OrgID, Actor: who.Actor(), Action: opSnippetCreate, ObjectType: snippetType, ObjectID: r.ID, After: in})
}

// UpdateSnippet changes a standard answer, or takes it out of use. Errors: validation,
// access.ErrForbidden, db.ErrNotFound, db.ErrStale.
func (s *Service) UpdateSnippet(ctx context.Context, i id.ID, version int64, in SnippetInput) (one Snippet, err error) {
	who, err := access.Allow(ctx, PermSnippet)
	if err != nil {
		return one, err
	}
	if in, err = in.checked(); err != nil {
		return one, err
	}
	return one, s.DB.Write(ctx, func(tx *db.Tx) error {
		before, row, err := s.snippetTx(tx, who, i)
		switch {
		case err != nil:
			return err
		case len(before.May) == 0:
			return access.ErrForbidden.With("permission", PermSnippet)
		case row.Version != version:
			return db.ErrStale
		}
		row.UpdatedAt = tx.Now()
		if err := row.put(who, in); err != nil {
			return err
		}
		if err := updateSnippet(tx, row); err != nil {
			return err
		}
		if one, _, err = s.snippetTx(tx, who, i); err != nil {
			return err
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: row.OrgID, Actor: who.Actor(), Action: opSnippetUpdate, ObjectType: snippetType, ObjectID: row.ID, Before: before, After: one})
	})
}

// FillInput are the values of a standard answer's variables.
type FillInput struct {
	Lang   string            `json:"lang,omitempty" enum:"zh,en" doc:"absent: the reader's"`
	Values map[string]string `json:"values,omitempty" doc:"by the variable's code"`
}

// Fill fills a standard answer in; nothing of the values is kept. Errors: db.ErrNotFound.
func (s *Service) Fill(ctx context.Context, i id.ID, in FillInput) (f Filled, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return f, err
	}
	if in.Lang == "" {
		in.Lang = who.Locale
	}
	return f, s.DB.Read(ctx, func(tx *db.Tx) error {
		one, _, err := s.snippetTx(tx, who, i)
		f = fill(one.in(in.Lang).Text, in.Values)
		return err
	})
}
