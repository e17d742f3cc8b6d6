package knowledge

import (
	"context"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// contentOf are the words of a version, 0 the working copy. Error: ErrVersion.
func contentOf(tx *db.Tx, a row, no int64) (Content, error) {
	if no == 0 {
		return a.content()
	}
	v, err := versionOf(tx, a.OrgID, a.ID, no)
	if errors.Is(err, db.ErrNotFound) {
		err = ErrVersion
	}
	if err != nil {
		return Content{}, err
	}
	return v.content()
}

// Versions lists what was published of an article, the newest first. Error:
// db.ErrNotFound.
func (s *Service) Versions(ctx context.Context, i id.ID, cursor string, limit int) (list []Version, next string, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return nil, "", err
	}
	key, before := "knowledge.versions "+i.String(), int64(0)
	if _, err := s.Cursors.Decode(key, cursor, &before); err != nil {
		return nil, "", err
	}
	var rows []versionRow
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		_, a, err := s.seenTx(tx, who, i)
		if err != nil {
			return err
		}
		if rows, err = versionsOf(tx, a.OrgID, a.ID, before, limit+1); err != nil {
			return err
		}
		list = make([]Version, min(len(rows), limit))
		for n := range list {
			if list[n], _, err = rows[n].version(who.Locale); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && len(rows) > limit {
		next, err = s.Cursors.Encode(key, rows[limit-1].No)
	}
	return list, next, err
}

// Version gives a version with its words. Errors: db.ErrNotFound.
func (s *Service) Version(ctx context.Context, i id.ID, no int64) (d VersionDetail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return d, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error {
		_, a, err := s.seenTx(tx, who, i)
		if err != nil {
			return err
		}
		v, err := versionOf(tx, a.OrgID, a.ID, no)
		if err != nil {
			return err
		}
		d.Version, d.Content, err = v.version(who.Locale)
		d.Sheet = d.Content.sheet(no)
		return err
	})
}

// Diff compares two versions field by field; 0 is the working copy, for those who see
// it. Errors: ErrVersion, db.ErrNotFound.
func (s *Service) Diff(ctx context.Context, i id.ID, from, to int64) (differences []Difference, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return nil, err
	}
	return differences, s.DB.Read(ctx, func(tx *db.Tx) error {
		r, article, err := s.seenTx(tx, who, i)
		if err != nil {
			return err
		}
		if (from == 0 || to == 0) && !r.edits(article) && !r.judges(article.OrgID) {
			return ErrVersion
		}
		a, err := contentOf(tx, article, from)
		if err != nil {
			return err
		}
		b, err := contentOf(tx, article, to)
		differences = difference(a, b)
		return err
	})
}

// VoteInput is whether a version was of use.
type VoteInput struct {
	No     int64 `json:"no" minimum:"1" doc:"version that was read"`
	Useful *bool `json:"useful,omitempty" doc:"absent: takes the vote back"`
}

// Vote says whether what is published was of use; each person has one vote on a version.
// Errors: ErrState, db.ErrStale for a version that is no longer read, db.ErrNotFound.
func (s *Service) Vote(ctx context.Context, i id.ID, in VoteInput) (d Detail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return d, err
	}
	return d, s.DB.Write(ctx, func(tx *db.Tx) error {
		_, a, err := s.seenTx(tx, who, i)
		switch {
		case err != nil:
			return err
		case !a.Live:
			return ErrState.With("state", string(a.State))
		case a.PublishedNo != in.No:
			return db.ErrStale
		case in.Useful == nil:
			err = removeVote(tx, a, who.UserID)
		default:
			err = putVote(tx, a, who.UserID, *in.Useful)
		}
		if err != nil {
			return err
		}
		if err := countVotes(tx, a); err != nil {
			return err
		}
		if err := s.Audit.RecordTx(tx, audit.Change{OrgID: a.OrgID, Actor: who.Actor(), Action: opVote, ObjectType: objectType, ObjectID: a.ID, After: in}); err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, i)
		return err
	})
}
