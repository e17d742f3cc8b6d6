package calendar

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// Permissions of the module.
const (
	PermList   = "calendar.list"
	PermGet    = "calendar.get"
	PermImport = "calendar.import"
)

// opCheck is the dry run; it needs the permission to import.
const opCheck = "calendar.check"

// Deps are what the service is built from.
type Deps struct {
	DB    *db.DB
	Audit *audit.Log
	Orgs  *org.Service
	Users *access.Service
	Tasks *task.Service
	Jobs  *job.Queue
}

// Service keeps calendars.
type Service struct {
	Deps
	followers []Follower

	mu    sync.Mutex
	known string // the versions of kept
	kept  *when.Calendar
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d} }

// CalendarTx is the calendar that counts: what came with the program, and what was
// imported since.
func (s *Service) CalendarTx(tx *db.Tx) (*when.Calendar, error) {
	c, _, err := s.calendarTx(tx)
	return c, err
}

// DueTx counts a date, and names the calendar it was counted by for AsOfTx.
func (s *Service) DueTx(tx *db.Tx, q when.Count) (due when.Due, name string, err error) {
	c, err := s.CalendarTx(tx)
	if err != nil {
		return due, "", err
	}
	versions, err := versionsInForce(tx)
	return c.Due(q), nameOf(versions), err
}

// AsOfTx is the calendar of a name DueTx gave; the one that counts for none.
func (s *Service) AsOfTx(tx *db.Tx, name string) (*when.Calendar, error) {
	if name == "" {
		return s.CalendarTx(tx)
	}
	versions, err := versionsNamed(name)
	if err != nil {
		return nil, err
	}
	years := slices.Clone(when.Shipped())
	for _, v := range versions {
		r, err := rowOf(tx, v)
		if err != nil {
			return nil, err
		}
		y, err := r.file()
		if err != nil {
			return nil, err
		}
		years = append(years, y)
	}
	return when.NewCalendar(years...), nil
}

// calendarTx tells the versions too, by which calendars are told apart.
func (s *Service) calendarTx(tx *db.Tx) (*when.Calendar, string, error) {
	versions, err := versionsInForce(tx)
	if err != nil {
		return nil, "", err
	}
	known := fmt.Sprint(when.ShippedCalendar().Known(), versions)
	s.mu.Lock()
	kept := s.kept
	if s.known != known {
		kept = nil
	}
	s.mu.Unlock()
	if kept != nil {
		return kept, known, nil
	}
	years := slices.Clone(when.Shipped())
	rows, err := rowsInForce(tx)
	if err != nil {
		return nil, "", err
	}
	for _, r := range rows {
		y, err := r.file()
		if err != nil {
			return nil, "", err
		}
		years = append(years, y)
	}
	kept = when.NewCalendar(years...)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known, s.kept = known, kept
	return kept, known, nil
}

// Overview tells which calendars there are and which are missing.
func (s *Service) Overview(ctx context.Context) (o Overview, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return o, err
	}
	return o, s.DB.Read(ctx, func(tx *db.Tx) error {
		c, err := s.CalendarTx(tx)
		if err != nil {
			return err
		}
		rows, err := rowsInForce(tx)
		if err != nil {
			return err
		}
		o = Overview{Years: []Version{}, Missing: missing(c, tx.Now().Day())}
		for _, year := range c.Known() {
			y, _ := c.YearOf(year)
			v := Version{Year: year, Notice: y.Notice, Papers: y.Papers, WorkingDays: c.WorkingDaysOf(year)}
			if i := slices.IndexFunc(rows, func(r row) bool { return r.Year == year }); i >= 0 {
				v.Version, v.ImportedAt, v.ImportedName = rows[i].Version, rows[i].ImportedAt, rows[i].ImportedName
			}
			o.Years = append(o.Years, v)
		}
		if o.MayImport, err = s.reachesTopTx(tx, who); err != nil {
			return err
		}
		o.Waiting, err = s.waitingTx(tx, who.Scope.Orgs())
		return err
	})
}

// missing are the years whose calendar should be there.
func missing(c *when.Calendar, today when.Day) []int {
	years := []int{}
	for _, year := range wanted(today) {
		if _, ok := c.YearOf(year); !ok {
			years = append(years, year)
		}
	}
	return years
}

// Get gives a year with all its days and earlier versions.
func (s *Service) Get(ctx context.Context, year int) (d Detail, err error) {
	if _, err = access.Allow(ctx, PermGet); err != nil {
		return d, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error { d, err = s.detailTx(tx, year); return err })
}

func (s *Service) detailTx(tx *db.Tx, year int) (d Detail, err error) {
	c, err := s.CalendarTx(tx)
	if err != nil {
		return d, err
	}
	d = Detail{Version: Version{Year: year, Papers: []string{}}, Lawful: lawfulDays(year), Days: c.Days(year), Past: []Earlier{}}
	versions, err := versionsOf(tx, year)
	if err != nil || len(versions) == 0 {
		d.Days = []when.Date{}
		return d, err
	}
	d.Version, d.Known, d.File, d.Past = versions[0].Version, true, &versions[0].File, versions[1:]
	d.WorkingDays = c.WorkingDaysOf(year)
	return d, nil
}

// versionsOf are all calendars of a year, the one that counts first.
func versionsOf(tx *db.Tx, year int) (all []Earlier, err error) {
	rows, err := rowsOf(tx, year)
	for _, r := range rows {
		y, ferr := r.file()
		if ferr != nil {
			return nil, ferr
		}
		all = append(all, Earlier{Version{Version: r.Version, ImportedAt: r.ImportedAt, ImportedName: r.ImportedName}, y})
	}
	if y, ok := when.ShippedCalendar().YearOf(year); ok {
		all = append(all, Earlier{File: y})
	}
	for i := range all {
		v := &all[i].Version
		v.Year, v.Notice, v.Papers, v.WorkingDays = year, all[i].File.Notice, all[i].File.Papers, when.NewCalendar(all[i].File).WorkingDaysOf(year)
	}
	return all, err
}

// allow gives the caller who may import: the calendar is one for all companies, so he
// holds the right at the topmost organisation.
func (s *Service) allowTx(ctx context.Context, tx *db.Tx) (access.Who, error) {
	who, err := access.Allow(ctx, PermImport)
	if err != nil {
		return who, err
	}
	reaches, err := s.reachesTopTx(tx, who)
	if err == nil && !reaches {
		err = access.ErrForbidden.With("permission", PermImport)
	}
	return who, err
}

func (s *Service) reachesTopTx(tx *db.Tx, who access.Who) (bool, error) {
	tree, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return false, err
	}
	imports, _ := who.May(PermImport)
	top, ok := tree.Top()
	return ok && imports.Nodes.Has(top.ID), nil
}

// Check tells what importing a file would change; nothing is kept. Errors: validation.
func (s *Service) Check(ctx context.Context, y when.Year) (k Check, err error) {
	return k, s.DB.Read(ctx, func(tx *db.Tx) error {
		if _, err := s.allowTx(ctx, tx); err != nil {
			return err
		}
		if err := y.Check(); err != nil {
			return err
		}
		c, err := s.CalendarTx(tx)
		if err != nil {
			return err
		}
		rows, err := rowsOf(tx, y.Year)
		if err != nil {
			return err
		}
		k = Check{Year: y.Year, WorkingDays: c.With(y).WorkingDaysOf(y.Year), Before: c.WorkingDaysOf(y.Year), Lawful: lawfulDays(y.Year), Differences: c.Differences(y)}
		if _, k.Known = c.YearOf(y.Year); len(rows) > 0 {
			k.Version = rows[0].Version
		}
		for _, d := range k.Differences {
			if d.Day < tx.Now().Day() {
				k.Past++
			}
		}
		companies, err := s.companiesTx(tx)
		if err == nil {
			k.Waiting, err = s.waitingTx(tx, companies)
		}
		return err
	})
}

// Import takes a calendar over: open dates are counted anew in the background. Errors:
// validation, ErrOtherYear, ErrSame, db.ErrStale.
func (s *Service) Import(ctx context.Context, year int, version int64, y when.Year) (d Detail, err error) {
	body, err := json.Marshal(y)
	if err != nil {
		return d, fmt.Errorf("calendar: %w", err)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		who, err := s.allowTx(ctx, tx)
		if err != nil {
			return err
		}
		if err := y.Check(); err != nil {
			return err
		}
		before, err := s.detailTx(tx, year)
		switch {
		case err != nil:
			return err
		case y.Year != year:
			return ErrOtherYear.With("year", y.Year)
		case before.Version.Version != version:
			return db.ErrStale
		case before.Known && slices.Equal(before.File.Days, y.Days) && before.Notice == y.Notice && slices.Equal(before.Papers, y.Papers):
			return ErrSame
		}
		r := row{Year: year, Version: version + 1, Body: string(body), ImportedBy: who.UserID, ImportedName: who.Name, ImportedAt: tx.Now()}
		if err := insertYear(tx, r); err != nil {
			return err
		}
		if err := s.settleTx(tx, year); err != nil {
			return err
		}
		if d, err = s.detailTx(tx, year); err != nil {
			return err
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: who.HomeOrgID, Actor: who.Actor(), Action: PermImport, ObjectType: objectType, ObjectID: objectOf(year),
			Before: before.File, After: y})
	})
	if err == nil {
		s.Jobs.Wake()
	}
	return d, err
}

// settleTx ends the reminders of a year that is there now, and has dates counted.
func (s *Service) settleTx(tx *db.Tx, year int) error {
	orgs, err := warnedIn(tx, year)
	if err != nil {
		return err
	}
	for _, o := range orgs {
		if err := s.Tasks.FinishAllTx(tx, o, objectType, objectOf(year)); err != nil {
			return err
		}
	}
	return s.followTx(tx)
}
