package feedback

import (
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// sweepAtOnce is how many cases one transaction warns of.
const sweepAtOnce = 1000

// Warn tells the people of every company what is due soon or overdue: owner, team and
// leader, as the ladder says. It may run any number of times, and anywhere: a warning is
// given once.
func (s *Service) Warn(ctx context.Context) error {
	tree, err := s.Orgs.Tree(ctx)
	if err != nil {
		return err
	}
	for _, o := range tree.All() {
		if o.Level != org.County {
			continue
		}
		for done := false; !done; {
			err := s.DB.Write(ctx, func(tx *db.Tx) error {
				n, err := s.warnTx(tx, o.ID)
				done = n < sweepAtOnce
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// dueRow is a case whose next warning is due.
type dueRow struct {
	ID         id.ID        `db:"id"`
	CaseNo     string       `db:"case_no"`
	Type       Type         `db:"type"`
	State      State        `db:"state"`
	UnitID     id.ID        `db:"unit_id"`
	OwnerID    id.ID        `db:"owner_id"`
	ReceivedAt when.Instant `db:"received_at"`
	DueStage   Stage        `db:"due_stage"`
	DueSince   when.Instant `db:"due_since"`
	DueAt      when.Instant `db:"due_at"`
	WarnLevel  int          `db:"warn_level"`
}

// warnTx gives the warnings of a company that are due, so many at once.
func (s *Service) warnTx(tx *db.Tx, org id.ID) (int, error) {
	rows, err := warnDue(tx, org, sweepAtOnce)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	w, err := s.workTx(tx, access.Who{}, caseRow{Case: Case{OrgID: org}})
	if err != nil {
		return 0, err
	}
	g := warner{work: w, types: map[Type]map[string]any{}, levels: map[warned][]id.ID{}}
	for _, r := range rows {
		if err := g.warn(r); err != nil {
			return 0, err
		}
	}
	if err := s.Tasks.CreateManyTx(tx, id.ID{}, g.tasks); err != nil {
		return 0, err
	}
	if err := insertEvents(tx, g.happened); err != nil {
		return 0, err
	}
	for level, ids := range g.levels {
		if err := setWarned(tx, org, level, ids); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// warned is how far a case has come on the ladder, and the share that is next.
type warned struct{ level, next int }

// warner gathers the warnings of many cases.
type warner struct {
	*work
	tasks  []task.New
	types  map[Type]map[string]any
	levels map[warned][]id.ID
}

// warn takes a case up the ladder to where it should be by now, and tells once.
func (g *warner) warn(r dueRow) error {
	g.Case = Case{ID: r.ID, OrgID: g.OrgID, CaseNo: r.CaseNo, Type: r.Type, State: r.State, UnitID: r.UnitID, OwnerID: r.OwnerID, ReceivedAt: r.ReceivedAt}
	ladder, level := g.ladder(), r.WarnLevel
	var people []id.ID
	share := 0
	for level < len(ladder.Steps) && ladder.at(level, r.DueSince, r.DueAt) <= g.tx.Now() {
		for _, p := range g.people(ladder.Steps[level].Tell) {
			if !slices.Contains(people, p) {
				people = append(people, p)
			}
		}
		share = ladder.Steps[level].Share
		level++
	}
	w := warned{level: level}
	if level < len(ladder.Steps) {
		w.next = ladder.Steps[level].Share
	}
	g.levels[w] = append(g.levels[w], r.ID)
	n := g.notice(r, share)
	for _, p := range people {
		n.AssigneeID = p
		g.tasks = append(g.tasks, n)
	}
	return g.happen(kindWarned, Internal, Params{Stage: r.DueStage, Share: share}, Words{})
}

func (g *warner) notice(r dueRow, share int) task.New {
	if g.types[r.Type] == nil {
		g.types[r.Type] = g.inLanguages("feedback.type." + string(r.Type))
	}
	n := task.New{OrgID: g.OrgID, Kind: taskWarn, ObjectType: object, ObjectID: r.ID, DueAt: r.DueAt,
		Params: map[string]any{"no": r.CaseNo, "type": g.types[r.Type], "stage": g.inLanguages("feedback.stage." + string(r.DueStage)), "share": share}}
	if share >= 100 {
		n.Kind = taskOverdue
	}
	return n
}

// people are those a step of the ladder tells.
func (g *warner) people(tell []string) (all []id.ID) {
	for _, t := range tell {
		switch t {
		case tellOwner:
			all = append(all, g.askedNow()...)
		case tellTeam:
			if !g.UnitID.IsZero() {
				all = append(all, g.at.team(g.units, g.OrgID, g.UnitID)...)
			}
		case tellLeader:
			all = append(all, g.at.holders(PermSupervise)...)
		}
	}
	return slices.DeleteFunc(all, id.ID.IsZero)
}
