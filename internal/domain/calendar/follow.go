package calendar

import (
	"context"
	"strconv"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// Follower keeps dates that hang on the calendar.
type Follower interface {
	// WaitingTx counts the open dates of a company that wait for a calendar.
	WaitingTx(tx *db.Tx, org id.ID) (int64, error)
	// RecountTx counts the open dates of a company anew, so many after a position in
	// the order of identifiers; it returns the last one looked at, or zero at the end.
	RecountTx(tx *db.Tx, org, after id.ID, limit int) (last id.ID, err error)
}

// AddFollower registers a module; app calls it before serving.
func (s *Service) AddFollower(f Follower) { s.followers = append(s.followers, f) }

// jobRecount counts the open dates of a company anew.
const jobRecount = "calendar.recount"

type recountArgs struct{}

// recountAtOnce is how many dates one transaction counts.
const recountAtOnce = 200

// RegisterJobs registers the module's jobs; app calls it once.
func (s *Service) RegisterJobs() { job.Register(s.Jobs, jobRecount, s.runRecount) }

func (s *Service) runRecount(ctx context.Context, run *job.Run, _ recountArgs) error {
	for _, f := range s.followers {
		for at, done := (id.ID{}), false; !done; {
			err := s.DB.Write(ctx, func(tx *db.Tx) error {
				last, err := f.RecountTx(tx, run.Job.OrgID, at, recountAtOnce)
				at, done = last, last.IsZero()
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) companiesTx(tx *db.Tx) (companies []id.ID, err error) {
	tree, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return nil, err
	}
	for _, o := range tree.All() {
		if o.Level == org.County {
			companies = append(companies, o.ID)
		}
	}
	return companies, nil
}

func (s *Service) waitingTx(tx *db.Tx, companies []id.ID) (sum int64, err error) {
	for _, o := range companies {
		for _, f := range s.followers {
			n, err := f.WaitingTx(tx, o)
			if err != nil {
				return 0, err
			}
			sum += n
		}
	}
	return sum, nil
}

// followTx has the dates of all companies counted anew if they were counted by other
// calendars: after an import, and after a new program that brought one.
func (s *Service) followTx(tx *db.Tx) error {
	_, now, err := s.calendarTx(tx)
	if err != nil {
		return err
	}
	before, err := followed(tx)
	if err != nil || before == now {
		return err
	}
	companies, err := s.companiesTx(tx)
	if err != nil {
		return err
	}
	for _, o := range companies {
		if _, err := s.Jobs.InsertTx(tx, o, id.ID{}, jobRecount, recountArgs{}, job.Options{}); err != nil {
			return err
		}
	}
	return setFollowed(tx, now)
}

// taskMissing asks an administrator for the calendar of a year.
const taskMissing = "calendar.task_missing"

// Keep has dates follow the calendar, and reminds whoever may import of a calendar that
// is missing, once for a year. It is called from time to time.
func (s *Service) Keep(ctx context.Context) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.followTx(tx); err != nil {
			return err
		}
		c, err := s.CalendarTx(tx)
		if err != nil {
			return err
		}
		for _, year := range missing(c, tx.Now().Day()) {
			if err := s.warnTx(tx, year); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) warnTx(tx *db.Tx, year int) error {
	holders, err := s.Users.AllHoldersTx(tx, PermImport)
	if err != nil {
		return err
	}
	due, err := when.Day(strconv.Itoa(year-1) + "-12-31").Time()
	if err != nil {
		return err
	}
	for _, h := range holders {
		first, err := claimWarning(tx, year, h.UserID, h.OrgID)
		if err != nil || !first {
			if err != nil {
				return err
			}
			continue
		}
		n := task.New{OrgID: h.OrgID, Kind: taskMissing, Params: map[string]any{"year": strconv.Itoa(year)}, AssigneeID: h.UserID, DueAt: when.At(due.AddDate(0, 0, 1)).Add(-1e9),
			ObjectType: objectType, ObjectID: objectOf(year)}
		if _, err := s.Tasks.CreateTx(tx, id.ID{}, n); err != nil {
			return err
		}
	}
	return nil
}
