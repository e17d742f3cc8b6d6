package knowledge

import (
	"context"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The kinds of tasks: to judge a working copy, to correct it, to look at an article
// again.
const (
	kindJudge   = "knowledge.task_judge"
	kindCorrect = "knowledge.task_correct"
	kindReview  = "knowledge.task_review"
)

// settleTx ends the tasks about a working copy, and those of other kinds.
func (s *Service) settleTx(tx *db.Tx, r reader, a row, kinds ...string) error {
	for _, kind := range append(kinds, kindJudge, kindCorrect) {
		if err := s.Tasks.FinishKindTx(tx, task.New{OrgID: r.desk(a.OrgID), Kind: kind, ObjectType: objectType, ObjectID: a.ID}); err != nil {
			return err
		}
	}
	return nil
}

// askTx asks those who may publish and did not write it.
func (s *Service) askTx(tx *db.Tx, r reader, a row) error {
	if err := s.settleTx(tx, r, a); err != nil {
		return err
	}
	authors, err := a.authors()
	if err != nil {
		return err
	}
	judges, err := s.Users.HoldersTx(tx, PermPublish, a.OrgID, authors...)
	if err != nil {
		return err
	}
	return s.remindTx(tx, r, a, kindJudge, 0, judges...)
}

func (s *Service) remindTx(tx *db.Tx, r reader, a row, kind string, due when.Instant, people ...id.ID) error {
	c, err := a.content()
	if err != nil {
		return err
	}
	title := map[string]any{"zh": c.in("zh").Title, "en": c.in("en").Title}
	for _, p := range people {
		if _, err := s.Tasks.CreateTx(tx, r.UserID, task.New{OrgID: r.desk(a.OrgID), Kind: kind, AssigneeID: p, DueAt: due, ObjectType: objectType, ObjectID: a.ID,
			Params: map[string]any{"title": title}}); err != nil {
			return err
		}
	}
	return nil
}

const (
	// reviewWithin is how long an owner has to look at an article again.
	reviewWithin = 7 * 24 * time.Hour
	// remindAtOnce is how many articles one transaction reminds of.
	remindAtOnce = 100
	// missesKept is how long it is kept that something was not found.
	missesKept = 180 * 24 * time.Hour
)

// Keep reminds owners of articles whose review date has come, and forgets what nobody
// has looked for in a long time.
func (s *Service) Keep(ctx context.Context) error {
	tree, err := s.Orgs.Tree(ctx)
	if err != nil {
		return err
	}
	system := reader{Who: access.Who{Caller: access.System(tree, "")}, tree: tree}
	for _, o := range tree.All() {
		if o.Level == org.Unit || desk(tree, o.ID).IsZero() {
			continue
		}
		for more := true; more; {
			if err := s.DB.Write(ctx, func(tx *db.Tx) error { more, err = s.keepTx(tx, system, o.ID); return err }); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) keepTx(tx *db.Tx, system reader, organisation id.ID) (more bool, err error) {
	if err := forgetMisses(tx, organisation, tx.Now().Add(-missesKept)); err != nil {
		return false, err
	}
	rows, err := dueUntold(tx, organisation, tx.Now().Day(), remindAtOnce)
	if err != nil {
		return false, err
	}
	for _, a := range rows {
		people := []id.ID{a.OwnerID}
		ok, err := s.Users.ReachesTx(tx, a.OwnerID, PermCreate, a.OrgID)
		if err == nil && !ok {
			people, err = s.Users.HoldersTx(tx, PermPublish, a.OrgID)
		}
		if err != nil {
			return false, err
		}
		if err := s.remindTx(tx, system, a, kindReview, tx.Now().Add(reviewWithin), people...); err != nil {
			return false, err
		}
		if err := setTold(tx, a); err != nil {
			return false, err
		}
	}
	return len(rows) == remindAtOnce, nil
}
