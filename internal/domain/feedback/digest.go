package feedback

import (
	"context"
	_ "embed"
	"errors"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

//go:embed rule/digest.json
var digestFile []byte

// digestRule says what the heads are told of every working day, and when.
var digestRule = mustRead[struct {
	Types []Type `json:"types"`
	At    string `json:"at"`   // HH:MM
	Most  int    `json:"most"` // cases on one sheet
}](digestFile)

// Digest is what customers complained of, reported and thought since the working day
// before, in their own words, for the heads (E10).
type Digest struct {
	Day     when.Day       `json:"day" doc:"the day it is read on"`
	From    when.Day       `json:"from" doc:"cases received from this day"`
	Until   when.Day       `json:"until" doc:"to the end of this day"`
	Company string         `json:"company"`
	Unit    string         `json:"unit,omitempty" doc:"whose cases alone these are"`
	MadeAt  when.Instant   `json:"made_at"`
	MadeBy  string         `json:"made_by"`
	Counts  map[Type]int64 `json:"counts" doc:"cases by type"`
	Cases   []Case         `json:"cases" nullable:"false" doc:"the first received first; masked as on paper"`
	More    bool           `json:"more" doc:"there are more than one sheet holds"`
}

// DigestInput asks for the digest of a day.
type DigestInput struct {
	Company
	Day    when.Day `query:"day" maxLength:"10" doc:"YYYY-MM-DD; absent: today"`
	UnitID id.ID    `query:"unit_id" doc:"who solves them, with all below it"`
}

// Digest gives the digest of a day. Errors: validation, db.ErrOrgRequired.
func (s *Service) Digest(ctx context.Context, in DigestInput) (d Digest, err error) {
	who, company, err := access.AllowOne(ctx, PermDigest, in.OrgID)
	if err != nil {
		return d, err
	}
	d = Digest{Day: in.Day, MadeAt: s.DB.Now(), MadeBy: who.Name, Counts: map[Type]int64{}}
	if d.Day == "" {
		d.Day = d.MadeAt.Day()
	}
	var v fault.Validation
	_, wrong := when.ParseDay(string(d.Day))
	v.Check(wrong == nil, "day", "no_day")
	v.Check(wrong != nil || d.Day <= d.MadeAt.Day(), "day", "in_future")
	if err := v.Err(); err != nil {
		return d, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error {
		if err := s.frameTx(tx, &d, company, in.UnitID); err != nil {
			return err
		}
		return s.heardTx(tx, who, &d, company, in.UnitID)
	})
}

// heardTx reads the cases of a digest as paper shows them: masked for everybody.
func (s *Service) heardTx(tx *db.Tx, who access.Who, d *Digest, company, unit id.ID) error {
	q, err := s.digestQuery(tx, who, d.filter(company, unit))
	if err != nil {
		return err
	}
	rows, err := listCases(tx, db.ScopeOf(company), q, "received_at", spot{}, false, digestRule.Most+1)
	if err != nil {
		return err
	}
	if d.More = len(rows) > digestRule.Most; d.More {
		rows = rows[:digestRule.Most]
	}
	w, err := s.workTx(tx, who, caseRow{Case: Case{OrgID: company}})
	if err != nil {
		return err
	}
	w.paper, w.sight = true, customer.Sight{}
	if d.Cases, err = w.showAllTx(rows); err != nil {
		return err
	}
	for _, c := range d.Cases {
		d.Counts[c.Type]++
	}
	return nil
}

// frameTx names the company and the days of a digest.
func (s *Service) frameTx(tx *db.Tx, d *Digest, company, unit id.ID) error {
	units, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return err
	}
	o, _ := units.Get(company)
	u, _ := units.Get(unit)
	d.Company, d.Unit = o.Name, u.Name
	calendar, err := s.Calendars.CalendarTx(tx)
	if err != nil {
		return err
	}
	d.Until = dayBefore(d.Day)
	d.From = d.Until
	for free(calendar, d.From) {
		d.From = dayBefore(d.From)
	}
	return nil
}

func (d Digest) filter(company, unit id.ID) Filter {
	return Filter{OrgID: company, Types: digestRule.Types, UnitID: unit, From: string(d.From), To: string(d.Until)}
}

func dayBefore(d when.Day) when.Day {
	t, _ := d.Time()
	return when.Day(t.AddDate(0, 0, -1).Format(time.DateOnly))
}

// free tells whether nobody works on a day. Days of a year without a calendar count as
// working days.
func free(c *when.Calendar, d when.Day) bool {
	kind, _ := c.KindOf(d)
	return kind == when.Weekend || kind == when.Holiday
}

// settingDigest keeps the day whose digest the heads of a company were told of last.
const settingDigest = "digest_told"

// TellDigests tells the heads of every company, on the morning of each working day, that
// there is a digest to read. It may run any number of times, and anywhere: they are told
// once a day, and not of a day on which nothing was said.
func (s *Service) TellDigests(ctx context.Context) error {
	tree, err := s.Orgs.Tree(ctx)
	if err != nil {
		return err
	}
	now := s.DB.Now()
	if now.Time().Format("15:04") < digestRule.At {
		return nil
	}
	for _, o := range tree.All() {
		if o.Level != org.County {
			continue
		}
		if err := s.DB.Write(ctx, func(tx *db.Tx) error { return s.tellDigestTx(tx, o.ID) }); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tellDigestTx(tx *db.Tx, company id.ID) error {
	told, err := keptTx(tx, company, settingDigest, when.Day(""))
	d := Digest{Day: tx.Now().Day()}
	if err != nil || told.Value >= d.Day {
		return err
	}
	calendar, err := s.Calendars.CalendarTx(tx)
	if err != nil || free(calendar, d.Day) {
		return err
	}
	if err := s.frameTx(tx, &d, company, id.ID{}); err != nil {
		return err
	}
	body, err := encode(d.Day)
	if err != nil {
		return err
	}
	switch err := saveSetting(tx, company, settingDigest, body, told.Version); {
	case errors.Is(err, db.ErrStale):
		return nil // another has told them meanwhile
	case err != nil:
		return err
	}
	q, err := s.digestQuery(tx, access.Who{Caller: &access.Caller{}}, d.filter(company, id.ID{}))
	if err != nil {
		return err
	}
	n, err := countCases(tx, db.ScopeOf(company), q)
	if err != nil || n == 0 {
		return err
	}
	k, err := s.companyTx(tx, company)
	if err != nil {
		return err
	}
	due, _ := d.Day.Last()
	var all []task.New
	for _, head := range k.holders(PermDigest) {
		all = append(all, task.New{OrgID: company, Kind: taskDigest, Params: map[string]any{"day": d.Day, "n": n}, AssigneeID: head, ObjectType: "case_digest", ObjectID: company, DueAt: due})
	}
	return s.Tasks.CreateManyTx(tx, id.ID{}, all)
}

// digestQuery chooses the cases of a digest.
func (s *Service) digestQuery(tx *db.Tx, who access.Who, f Filter) (*db.Query, error) {
	q, _, err := lister{Service: s, tx: tx, who: who, in: ListInput{Filter: f}, scope: db.ScopeOf(f.OrgID)}.query()
	if err != nil {
		return nil, err
	}
	return q(), nil
}
