package knowledge

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/search"
)

// step is one step of an article: who may take it, and what it does.
type step struct {
	permission, operation string
	id                    id.ID
	version               int64
	may                   func(r reader, a row) bool
	do                    func(tx *db.Tx, r reader, a *row) error
}

func (s *Service) take(ctx context.Context, st step) (d Detail, err error) {
	who, err := access.Allow(ctx, st.permission)
	if err != nil {
		return Detail{}, err
	}
	return d, s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.takeTx(tx, who, st); err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, st.id)
		return err
	})
}

func (s *Service) takeTx(tx *db.Tx, who access.Who, st step) error {
	r, a, err := s.openTx(tx, who, st.id, lockArticle)
	if err != nil {
		return err
	}
	if !st.may(r, a) {
		return access.ErrForbidden.With("permission", PermUpdate)
	}
	if a.Version != st.version {
		return db.ErrStale
	}
	before := a.told()
	if err := st.do(tx, r, &a); err != nil {
		return err
	}
	a.UpdatedAt = tx.Now()
	if err := updateArticle(tx, &a); err != nil {
		return err
	}
	return s.Audit.RecordTx(tx, audit.Change{OrgID: a.OrgID, Actor: who.Actor(), Action: st.operation, ObjectType: objectType, ObjectID: a.ID, Before: before, After: a.told()})
}

func (a *row) move(to State) error {
	if err := a.State.check(to); err != nil {
		return err
	}
	a.State = to
	return nil
}

// Update changes the working copy; readers see what is published until it is published
// anew. Errors: validation, ErrOwner, ErrState, access.ErrForbidden, db.ErrNotFound,
// db.ErrStale.
func (s *Service) Update(ctx context.Context, i id.ID, version int64, in Input) (Detail, error) {
	in, err := in.checked()
	if err != nil {
		return Detail{}, err
	}
	return s.take(ctx, step{permission: PermCreate, operation: opUpdate, id: i, version: version, may: reader.edits, do: func(tx *db.Tx, r reader, a *row) error {
		if owner := cmp.Or(in.OwnerID, a.OwnerID); owner != a.OwnerID {
			a.OwnerID, a.ReviewTold = owner, false
			if err := s.checkOwnerTx(tx, r.Who, *a); err != nil {
				return err
			}
		}
		a.Note = in.Note
		return s.rewriteTx(tx, r, a, in.Content)
	}})
}

// rewriteTx puts other words into the working copy. When they are those that readers
// see, there is nothing left to publish.
func (s *Service) rewriteTx(tx *db.Tx, r reader, a *row, c Content) error {
	if a.State == Retired {
		return ErrState.With("state", string(a.State))
	}
	was, err := a.content()
	if err != nil || was.equal(c) {
		return err
	}
	if err := a.move(Draft); err != nil {
		return err
	}
	if err := s.settleTx(tx, r, *a); err != nil {
		return err
	}
	if err := a.write(r.Who, c); err != nil || !a.Live {
		return err
	}
	live, err := liveContents(tx, db.ScopeOf(a.OrgID), []id.ID{a.ID})
	if err == nil && live[a.ID].equal(c) {
		a.Authors, a.Note = "[]", ""
		err = a.move(Published)
	}
	return err
}

// Submit has the working copy judged by somebody who did not write it. Errors: ErrState,
// access.ErrForbidden, db.ErrNotFound, db.ErrStale.
func (s *Service) Submit(ctx context.Context, i id.ID, version int64) (Detail, error) {
	return s.take(ctx, step{permission: PermCreate, operation: opSubmit, id: i, version: version, may: reader.edits, do: func(tx *db.Tx, r reader, a *row) error {
		if err := a.move(Review); err != nil {
			return err
		}
		a.Answer = ""
		return s.askTx(tx, r, *a)
	}})
}

// Withdraw takes a submitted working copy back. Errors: as of Submit.
func (s *Service) Withdraw(ctx context.Context, i id.ID, version int64) (Detail, error) {
	return s.take(ctx, step{permission: PermCreate, operation: opWithdraw, id: i, version: version, may: reader.edits, do: func(tx *db.Tx, r reader, a *row) error {
		if a.State != Review {
			return ErrState.With("state", string(a.State))
		}
		if err := a.move(Draft); err != nil {
			return err
		}
		return s.settleTx(tx, r, *a)
	}})
}

func publishes(r reader, a row) bool { return r.holds(PermPublish, a.OrgID) }

// Return sends a working copy back to its author. Errors: validation, as of Submit.
func (s *Service) Return(ctx context.Context, i id.ID, version int64, why string) (Detail, error) {
	why, err := reason(why)
	if err != nil {
		return Detail{}, err
	}
	return s.take(ctx, step{permission: PermPublish, operation: opReturn, id: i, version: version, may: publishes, do: func(tx *db.Tx, r reader, a *row) error {
		if a.State != Review {
			return ErrState.With("state", string(a.State))
		}
		if err := a.move(Draft); err != nil {
			return err
		}
		a.Answer = why
		if err := s.settleTx(tx, r, *a); err != nil {
			return err
		}
		return s.remindTx(tx, r, *a, kindCorrect, 0, a.AuthorID)
	}})
}

func reason(why string) (string, error) {
	why = strings.TrimSpace(why)
	var v fault.Validation
	v.Check(why != "", "why", "required")
	return why, v.Err()
}

// Publish lets readers see the working copy; who wrote it does not publish it. reviewOn
// is the day by which it is looked at again, "" the usual time from today. Errors:
// validation, ErrOwn, as of Submit.
func (s *Service) Publish(ctx context.Context, i id.ID, version int64, reviewOn when.Day) (Detail, error) {
	return s.take(ctx, step{permission: PermPublish, operation: PermPublish, id: i, version: version, may: publishes, do: func(tx *db.Tx, r reader, a *row) error {
		if a.State != Review {
			return ErrState.With("state", string(a.State))
		}
		if r.wrote(*a) {
			return ErrOwn
		}
		return s.publishTx(tx, r, a, reviewOn)
	}})
}

func (s *Service) publishTx(tx *db.Tx, r reader, a *row, reviewOn when.Day) (err error) {
	if a.ReviewOn, err = reviewDay(tx.Now(), reviewOn); err != nil {
		return err
	}
	c, err := a.content()
	if err != nil {
		return err
	}
	a.PublishedNo++
	v := versionRow{OrgID: a.OrgID, ArticleID: a.ID, No: a.PublishedNo, Content: a.Content, Note: a.Note, AuthorName: a.AuthorName, PublisherID: r.UserID, PublisherName: r.Name, PublishedAt: tx.Now()}
	if err := insertVersion(tx, v); err != nil {
		return err
	}
	a.State, a.Live, a.PublishedAt, a.Useful, a.Votes = Published, true, tx.Now(), 0, 0
	a.Authors, a.Note, a.Answer, a.ReviewTold = "[]", "", "", false
	if err := a.show(c); err != nil {
		return err
	}
	if err := indexTx(tx, *a, c); err != nil {
		return err
	}
	return s.settleTx(tx, r, *a, kindReview)
}

// maxReview is the longest time until an article is looked at again.
const maxReview = 5 * 366 * 24 * time.Hour

func reviewDay(now when.Instant, day when.Day) (when.Day, error) {
	if day == "" {
		return when.At(now.Time().AddDate(0, terms.ReviewMonths, 0)).Day(), nil
	}
	var v fault.Validation
	_, err := day.Time()
	v.Check(err == nil, "review_on", "wrong_format")
	v.Check(err != nil || day > now.Day(), "review_on", "in_the_past")
	v.Check(err != nil || day <= now.Add(maxReview).Day(), "review_on", "too_far")
	return day, v.Err()
}

// Confirm says that what is published is still right, until a day. Errors: as of
// Publish.
func (s *Service) Confirm(ctx context.Context, i id.ID, version int64, reviewOn when.Day) (Detail, error) {
	return s.take(ctx, step{permission: PermCreate, operation: opConfirm, id: i, version: version, may: reader.confirms, do: func(tx *db.Tx, r reader, a *row) (err error) {
		if !a.Live {
			return ErrState.With("state", string(a.State))
		}
		a.ReviewTold = false
		if a.ReviewOn, err = reviewDay(tx.Now(), reviewOn); err != nil {
			return err
		}
		return s.settleTx(tx, r, *a, kindReview)
	}})
}

func retires(r reader, a row) bool { return r.holds(PermRetire, a.OrgID) }

// Retire takes an article out of use. Errors: validation, as of Submit.
func (s *Service) Retire(ctx context.Context, i id.ID, version int64, why string) (Detail, error) {
	why, err := reason(why)
	if err != nil {
		return Detail{}, err
	}
	return s.take(ctx, step{permission: PermRetire, operation: PermRetire, id: i, version: version, may: retires, do: func(tx *db.Tx, r reader, a *row) error {
		if err := a.move(Retired); err != nil {
			return err
		}
		a.Live, a.Answer = false, why
		if err := unindexTx(tx, *a); err != nil {
			return err
		}
		return s.settleTx(tx, r, *a, kindReview)
	}})
}

// Revive takes a retired article back as a draft, which is published like any other; who
// revives it counts as its author. Errors: as of Submit.
func (s *Service) Revive(ctx context.Context, i id.ID, version int64) (Detail, error) {
	return s.take(ctx, step{permission: PermRetire, operation: opRevive, id: i, version: version, may: retires, do: func(_ *db.Tx, r reader, a *row) error {
		if a.State != Retired {
			return ErrState.With("state", string(a.State))
		}
		c, err := a.content()
		if err != nil {
			return err
		}
		a.State, a.Answer = Draft, ""
		return a.write(r.Who, c)
	}})
}

// Restore puts the words of an earlier version into the working copy. Errors:
// ErrVersion, as of Submit.
func (s *Service) Restore(ctx context.Context, i id.ID, version, no int64) (Detail, error) {
	return s.take(ctx, step{permission: PermCreate, operation: opRestore, id: i, version: version, may: reader.edits, do: func(tx *db.Tx, r reader, a *row) error {
		c, err := contentOf(tx, *a, no)
		if err != nil {
			return err
		}
		return s.rewriteTx(tx, r, a, c)
	}})
}

// indexTx makes an article findable by what is published of it.
func indexTx(tx *db.Tx, a row, c Content) error {
	if err := search.PutTx(tx, document(a, c)); err != nil {
		return err
	}
	if err := removePostings(tx, a.OrgID, a.ID); err != nil {
		return err
	}
	return insertPostings(tx, a.OrgID, postings(a.ID, c))
}

func unindexTx(tx *db.Tx, a row) error {
	if err := search.RemoveTx(tx, a.OrgID, objectType, a.ID); err != nil {
		return err
	}
	return removePostings(tx, a.OrgID, a.ID)
}
