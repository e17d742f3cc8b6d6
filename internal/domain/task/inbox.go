package task

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Whose tasks an inbox holds.
const (
	OfMine = "mine" // the caller's, and those of absent people whose deputy he is
	OfTeam = "team" // of the others at home in his unit or below
)

// When the open tasks of an inbox are due; both take in what is due today and late.
const (
	DueToday = "today"
	DueLate  = "late"
)

// Asked is what an inbox holds.
type Asked struct {
	Of         string
	State      State
	Due        string // "": whenever
	AssigneeID id.ID  // of the team; zero: all
	Module     string // what made them; "": whatever
}

func (q Asked) name() string {
	return strings.Join([]string{"task.inbox", q.Of, string(q.State), q.Due, q.AssigneeID.String(), q.Module}, " ")
}

// Member is somebody of a team.
type Member struct {
	ID   id.ID  `json:"id"`
	Name string `json:"name"`
}

// Counts are how many open tasks there are, each up to 1 000.
type Counts struct {
	Mine  int `json:"mine"`
	Today int `json:"today" doc:"of mine, due today"`
	Late  int `json:"late" doc:"of mine"`
	Team  int `json:"team" doc:"0 for who may not see those of a team"`
}

// mostCounted bounds each count.
const mostCounted = 1000

// maxTeam bounds the people of a team.
const maxTeam = 1000

// Inbox lists tasks of a state: open ones the most urgent first, the others the
// last finished first. Errors: validation, access.ErrForbidden.
func (s *Service) Inbox(ctx context.Context, q Asked, cursor string, limit int) (tasks []Task, next string, err error) {
	permission := PermList
	if q.Of == OfTeam {
		permission = PermTeam
	}
	who, err := access.Allow(ctx, permission)
	if err != nil {
		return nil, "", err
	}
	var v fault.Validation
	v.Check(q.Due == "" || q.State == Open, "due", "task.only_open")
	if err := v.Err(); err != nil {
		return nil, "", err
	}
	at := start(q.State)
	if _, err := s.cursors.Decode(q.name(), cursor, (*int64)(&at.At), &at.ID); err != nil {
		return nil, "", err
	}
	var rows []row
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		desks, err := s.desksTx(tx, who, q)
		if err != nil || len(desks) == 0 {
			return err
		}
		if rows, err = inbox(tx, desks, q, at, limit+1); err != nil {
			return err
		}
		tasks, err = s.shownTx(tx, who, rows[:min(len(rows), limit)])
		return err
	})
	if err == nil && len(rows) > limit {
		last := rows[limit-1].position()
		next, err = s.cursors.Encode(q.name(), int64(last.At), last.ID)
	}
	return tasks, next, err
}

// desksTx are whose tasks an inbox holds, and in which companies.
func (s *Service) desksTx(tx *db.Tx, who access.Who, q Asked) ([]desk, error) {
	if q.Of != OfTeam {
		desks := []desk{{[]id.ID{who.UserID}, who.Scope}}
		for _, a := range who.StandsInFor(PermList) {
			desks = append(desks, desk{[]id.ID{a.Absent.UserID}, a.Scope})
		}
		return desks, nil
	}
	team, err := s.teamTx(tx, who)
	ids := make([]id.ID, 0, len(team))
	for _, m := range team {
		if q.AssigneeID.IsZero() || m.ID == q.AssigneeID {
			ids = append(ids, m.ID)
		}
	}
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return []desk{{ids, who.Scope}}, nil
}

// teamTx are the others at home in the caller's unit or below, as far as his right
// reaches, by name.
func (s *Service) teamTx(tx *db.Tx, who access.Who) ([]Member, error) {
	people, err := s.users.TeamTx(tx, who, maxTeam)
	team := make([]Member, len(people))
	for i, p := range people {
		team[i] = Member{p.ID, p.Name}
	}
	return team, err
}

// Team lists the people whose tasks the caller sees as his team's.
func (s *Service) Team(ctx context.Context) (team []Member, err error) {
	who, err := access.Allow(ctx, PermTeam)
	if err != nil {
		return nil, err
	}
	return team, s.db.Read(ctx, func(tx *db.Tx) error { team, err = s.teamTx(tx, who); return err })
}

// shownTx makes rows readable for the caller, with whose each is.
func (s *Service) shownTx(tx *db.Tx, who access.Who, rows []row) ([]Task, error) {
	assignees := make([]id.ID, len(rows))
	for i, r := range rows {
		assignees[i] = r.AssigneeID
	}
	names, err := s.users.NamesTx(tx, assignees)
	if err != nil {
		return nil, err
	}
	absent := map[id.ID]string{}
	for _, a := range who.StandsInFor(PermList) {
		absent[a.Absent.UserID] = a.Absent.Name
	}
	tasks := make([]Task, len(rows))
	for i, r := range rows {
		if tasks[i], err = s.readTx(tx, who.Locale, r); err != nil {
			return nil, err
		}
		_, tasks[i].MayMove = mover(who, tasks[i])
		tasks[i].AssigneeName, tasks[i].AbsentName = names[r.AssigneeID], absent[r.AssigneeID]
	}
	return tasks, nil
}

// Assign gives an open task of the caller's or of his team's to another, or back.
// Errors: ErrState, ErrAssignee, db.ErrNotFound, db.ErrStale.
func (s *Service) Assign(ctx context.Context, i id.ID, version int64, to id.ID) (t Task, err error) {
	who, err := access.Allow(ctx, PermAssign)
	if err != nil {
		return t, err
	}
	return t, s.db.Write(ctx, func(tx *db.Tx) error {
		r, err := taskByID(tx, who.Scope, i)
		if err != nil {
			return err
		}
		if err := s.leadsTx(tx, who, r); err != nil {
			return err
		}
		if r.State != Open {
			return ErrState.With("state", string(r.State))
		}
		if err := s.checkAssigneeTx(tx, who, New{OrgID: r.OrgID, AssigneeID: to}); err != nil {
			return err
		}
		before := r.AssigneeID
		r.AssigneeID = to
		if err := updateAssignee(tx, r, version); err != nil {
			return err
		}
		r.Version = version + 1
		shown, err := s.shownTx(tx, who, []row{r})
		if err != nil {
			return err
		}
		t = shown[0]
		return s.audit.RecordTx(tx, audit.Change{OrgID: r.OrgID, Actor: who.Actor(), Action: PermAssign, ObjectType: "task", ObjectID: r.ID, Before: before, After: to})
	})
}

// leadsTx refuses what is neither the caller's nor his team's. Error: db.ErrNotFound.
func (s *Service) leadsTx(tx *db.Tx, who access.Who, r row) error {
	if r.AssigneeID == who.UserID || r.CreatedBy == who.UserID {
		return nil
	}
	team, err := s.teamTx(tx, who)
	if err == nil && !slices.ContainsFunc(team, func(m Member) bool { return m.ID == r.AssigneeID }) {
		err = db.ErrNotFound
	}
	return err
}

// Count counts the caller's open tasks and, where he may see them, his team's.
func (s *Service) Count(ctx context.Context) (c Counts, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return c, err
	}
	return c, s.db.Read(ctx, func(tx *db.Tx) error {
		desks, err := s.desksTx(tx, who, Asked{Of: OfMine})
		if err != nil {
			return err
		}
		due, err := dueTimes(tx, desks, mostCounted)
		if err != nil {
			return err
		}
		c.Mine = len(due)
		from, until := today(tx.Now())
		for _, at := range due {
			if from <= at && at < until {
				c.Today++
			}
			if at < tx.Now() {
				c.Late++
			}
		}
		if lead, may := who.May(PermTeam); may {
			if desks, err = s.desksTx(tx, lead, Asked{Of: OfTeam}); err != nil {
				return err
			}
			due, err = dueTimes(tx, desks, mostCounted)
			c.Team = len(due)
		}
		return err
	})
}

// today is the first moment of the day and that after it.
func today(now when.Instant) (from, until when.Instant) {
	t := now.Time()
	return when.At(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, when.Zone)), when.At(time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, when.Zone))
}
