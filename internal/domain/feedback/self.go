package feedback

import (
	"cmp"
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// Self is a customer who deals with his own cases (R1). Whoever names one has made sure
// who he is.
type Self struct {
	OrgID      id.ID
	CustomerID id.ID
	AccountID  id.ID
	Name       string // of him in history and audit log: the account's number
}

// who is a caller who holds nothing and reaches his own company.
func (f Self) who() access.Who { return access.Outsider(f.Name, f.OrgID) }

// follows tells whether a case is among those he follows.
func (f Self) follows(c Case) bool { return c.CustomerID == f.CustomerID && !c.Secret }

// Own is a case as its customer sees it: his words and ours to him, and how far it is.
type Own struct {
	ID           id.ID        `json:"id"`
	CaseNo       string       `json:"case_no"`
	Type         Type         `json:"type" enum:"fault,inquiry,complaint,report,opinion,suggestion,praise,service_request"`
	CategoryName string       `json:"category_name"`
	Title        string       `json:"title"`
	State        State        `json:"state" enum:"registered,dispatched,accepted,waiting,resolved,closed,withdrawn,joined"`
	Verdict      Verdict      `json:"verdict,omitempty" enum:"satisfied,dissatisfied"`
	ReceivedAt   when.Instant `json:"received_at"`
	EndedAt      when.Instant `json:"ended_at,omitzero"`
	DueAt        when.Instant `json:"due_at,omitzero" doc:"the next limit"`
	Late         bool         `json:"late" doc:"the next limit is over"`
	Version      int64        `json:"version"`
}

// OwnDetail is one with its way.
type OwnDetail struct {
	Own
	Text     string    `json:"text"`
	Place    string    `json:"place,omitempty"`
	UnitName string    `json:"unit_name,omitempty" doc:"who works on it"`
	MayJudge bool      `json:"may_judge" doc:"it waits for his verdict"`
	Way      []Stretch `json:"way" nullable:"false"`
	Words    []OwnWord `json:"words" nullable:"false" doc:"what was said to him and by him, the newest first"`
	Files    []OwnFile `json:"files" nullable:"false" doc:"what he sent"`
}

// OwnWord is something that was said.
type OwnWord struct {
	At   when.Instant `json:"at"`
	Kind string       `json:"kind" enum:"reply,progress,pause,resolve,verdict,reopen,withdraw,close"`
	Code string       `json:"code,omitempty" doc:"of a milestone, a verdict, or why there is none"`
	Text string       `json:"text,omitempty"`
}

// Stretch is a part of the way of a case, as one follows a parcel's.
type Stretch struct {
	Code   string       `json:"code" enum:"received,reopened,dispatched,accepted,contacted,arrived,restored,solved,verdict,withdrawn,joined"`
	DoneAt when.Instant `json:"done_at,omitzero"`
	DueAt  when.Instant `json:"due_at,omitzero" doc:"what we promise; absent while the clock stands still, or where nothing is promised"`
	Late   bool         `json:"late" doc:"done after that, or still not done"`
	Paused bool         `json:"paused" doc:"the clock stands still"`
	Now    bool         `json:"now" doc:"the case is here"`
}

// stretches are those between receipt and end, with the stage whose limit each has.
var stretches = []struct {
	code  string
	stage Stage
}{{"dispatched", StageDispatch}, {"accepted", StageAccept}, {"contacted", StageContact}, {"arrived", StageArrival}, {"restored", StageRestore}, {"solved", StageAnswer}, {"verdict", StageCallback}}

// way tells how far a case is in its present round. What was passed over, because the case
// was solved before, is left out: it was not done.
func (c Case) way(events []event, deadlines []Deadline, now when.Instant) ([]Stretch, error) {
	began, done, err := c.trodden(events)
	if err != nil {
		return nil, err
	}
	all := []Stretch{began}
	for _, x := range stretches {
		s := Stretch{Code: x.code, DoneAt: done[x.stage]}
		limited := s.limit(c.Round, x.stage, deadlines, now)
		if !c.passed(x.stage, s) && (limited || usual(x.stage) || s.DoneAt != 0) {
			all = append(all, s)
		}
	}
	if c.State == Withdrawn || c.State == Joined {
		return append(all, Stretch{Code: string(c.State), DoneAt: c.EndedAt}), nil
	}
	if next := slices.IndexFunc(all, func(s Stretch) bool { return s.DoneAt == 0 }); next >= 0 {
		all[next].Now = true
	}
	return all, nil
}

// trodden is how the present round began, and when each of its stages was done.
func (c Case) trodden(events []event) (began Stretch, done map[Stage]when.Instant, err error) {
	k := course{done: map[Stage]when.Instant{}}
	began = Stretch{Code: "received", DoneAt: c.ReceivedAt}
	for _, e := range events {
		if err := k.follow(e); err != nil {
			return began, nil, err
		}
		if e.Kind == string(Reopen) {
			began = Stretch{Code: "reopened", DoneAt: e.began()}
		}
	}
	k.done[StageAnswer], k.done[StageCallback] = c.ResolvedAt, 0
	if c.State == Closed {
		k.done[StageCallback] = c.EndedAt
	}
	return began, k.done, nil
}

// usual are the stages every case has; the others are shown where they have a limit.
func usual(s Stage) bool { return s != StageContact && s != StageArrival && s != StageRestore }

// passed tells of a stage that it was not done and will not be.
func (c Case) passed(stage Stage, s Stretch) bool {
	over := c.ResolvedAt != 0 || !c.Open()
	return over && s.DoneAt == 0 && (stage != StageCallback || !c.Open())
}

// limit puts the limit of a stage into a stretch; false when it has none.
func (s *Stretch) limit(round int, stage Stage, deadlines []Deadline, now when.Instant) bool {
	i := slices.IndexFunc(deadlines, func(d Deadline) bool { return d.Round == round && d.Stage == stage })
	if i < 0 {
		return false
	}
	d := deadlines[i]
	s.DueAt, s.Paused = d.TargetAt, s.DoneAt == 0 && d.State == when.Paused
	s.Late = d.TargetAt != 0 && cmp.Or(s.DoneAt, now) > d.TargetAt
	return true
}

// whose are the cases a customer follows, as follows tells. What was reported in confidence is not among
// them, for others may know his account: it is followed by its number and code alone.
func (f Self) whose() *db.Query {
	return new(db.Query).Where("customer_id = ?", f.CustomerID).Where("NOT secret")
}

// OwnCases lists the cases of a customer, the newest first. Error: page.ErrCursor.
func (s *Service) OwnCases(ctx context.Context, self Self, p customer.Page) (all []Own, next string, err error) {
	list := "feedback.own " + self.CustomerID.String()
	var after spot
	begun, err := s.Cursors.Decode(list, p.Cursor, &after.Value, &after.ID)
	if err != nil {
		return nil, "", err
	}
	return all, next, s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := listCases(tx, db.ScopeOf(self.OrgID), self.whose(), "-received_at", after, begun, p.Limit+1)
		if err != nil {
			return err
		}
		if len(rows) > p.Limit {
			rows = rows[:p.Limit]
			last := rows[p.Limit-1]
			if next, err = s.Cursors.Encode(list, int64(last.ReceivedAt), last.ID); err != nil {
				return err
			}
		}
		all = make([]Own, len(rows))
		for i, r := range rows {
			w, err := s.ownWorkTx(tx, self, r)
			if err != nil {
				return err
			}
			all[i] = w.seen()
		}
		return nil
	})
}

// OwnNumbersTx gives the numbers of those among some cases that the customer follows.
func (s *Service) OwnNumbersTx(tx *db.Tx, self Self, cases []id.ID) (map[id.ID]string, error) {
	rows, err := casesByID(tx, self.OrgID, cases)
	numbers := make(map[id.ID]string, len(rows))
	for _, r := range rows {
		if self.follows(r.Case) {
			numbers[r.ID] = r.CaseNo
		}
	}
	return numbers, err
}

// ownWorkTx is a case in the hands of its customer.
func (s *Service) ownWorkTx(tx *db.Tx, self Self, r caseRow) (*work, error) {
	w, err := s.workTx(tx, self.who(), r)
	if err != nil {
		return nil, err
	}
	return w, w.keys.Open(r.OriginID, bodyPlace(r.ID), r.Sealed, &w.Body)
}

func (w *work) seen() Own {
	c := w.Case
	o := Own{ID: c.ID, CaseNo: c.CaseNo, Type: c.Type, CategoryName: w.at.categories.name(rest.Language(w.tx.Context()), c.Category), Title: c.Title, State: c.State, Verdict: c.Verdict,
		ReceivedAt: c.ReceivedAt, EndedAt: c.EndedAt, DueAt: c.DueAt, Version: c.Version}
	o.Late = c.Open() && c.DueAt < w.tx.Now()
	if c.DueAt == never || !c.Open() {
		o.DueAt = 0
	}
	return o
}

// OwnCase gives a case of a customer with its way and the words that were said. Error:
// db.ErrNotFound.
func (s *Service) OwnCase(ctx context.Context, self Self, i id.ID) (d OwnDetail, err error) {
	return d, s.DB.Read(ctx, func(tx *db.Tx) error { d, err = s.ownTx(tx, self, i); return err })
}

func (s *Service) ownTx(tx *db.Tx, self Self, i id.ID) (d OwnDetail, err error) {
	r, err := caseByID(tx, db.ScopeOf(self.OrgID), i)
	if err != nil {
		return d, err
	}
	if !self.follows(r.Case) {
		return d, db.ErrNotFound
	}
	w, err := s.ownWorkTx(tx, self, r)
	if err != nil {
		return d, err
	}
	unit, _ := w.units.Get(w.UnitID)
	d = OwnDetail{Own: w.seen(), Text: w.Case.Text, Place: w.Place, UnitName: unit.Name, MayJudge: w.can(Judge)}
	if d.Way, err = w.wayTx(); err != nil {
		return d, err
	}
	if d.Words, err = w.ownWordsTx(); err != nil {
		return d, err
	}
	d.Files, err = w.ownFilesTx()
	return d, err
}

func (w *work) wayTx() ([]Stretch, error) {
	events, err := stepsOf(w.tx, w.OrgID, w.ID)
	if err != nil {
		return nil, err
	}
	deadlines, err := deadlinesOf(w.tx, w.OrgID, w.ID)
	if err != nil {
		return nil, err
	}
	return w.way(events, deadlines, w.tx.Now())
}

// toldKinds are the kinds of events whose words the customer reads.
var toldKinds = []string{kindReply, string(Progress), string(Pause), string(Resolve), string(Judge), string(Reopen), string(Withdraw), string(Close)}

func (w *work) ownWordsTx() ([]OwnWord, error) {
	all := []OwnWord{}
	rows, err := wordsOf(w.tx, w.OrgID, w.ID, toldKinds, maxShown)
	if err != nil {
		return nil, err
	}
	origins := make([]id.ID, len(rows))
	for i, r := range rows {
		origins[i] = r.OriginID
	}
	keys, err := w.Customers.SealersTx(w.tx, w.OrgID, origins...)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		var said Words
		if err := keys.Open(r.OriginID, wordsPlace(r.ID), r.Body, &said); err != nil {
			return nil, err
		}
		code := r.Params.Milestone
		if r.Kind == string(Judge) || r.Kind == string(Close) {
			code = r.Params.Code
		}
		all = append(all, OwnWord{r.began(), r.Kind, code, said.Text})
	}
	return all, nil
}

// Followed is how far a case is, without anything that was said or anybody it is about.
type Followed struct {
	CaseNo     string       `json:"case_no"`
	Type       Type         `json:"type" enum:"fault,inquiry,complaint,report,opinion,suggestion,praise,service_request"`
	State      State        `json:"state" enum:"registered,dispatched,accepted,waiting,resolved,closed,withdrawn,joined"`
	ReceivedAt when.Instant `json:"received_at"`
	Way        []Stretch    `json:"way" nullable:"false"`
}

// NumberedTx finds a case of a company by its number; zero for none.
func (s *Service) NumberedTx(tx *db.Tx, org id.ID, number string) (id.ID, error) {
	return caseNumbered(tx, org, number)
}

// FollowTx tells how far a case is, to whoever may know no more. Error: db.ErrNotFound.
func (s *Service) FollowTx(tx *db.Tx, org, i id.ID) (f Followed, err error) {
	r, err := caseByID(tx, db.ScopeOf(org), i)
	if err != nil {
		return f, err
	}
	w, err := s.workTx(tx, access.Outsider("", org), r)
	if err != nil {
		return f, err
	}
	f = Followed{CaseNo: r.CaseNo, Type: r.Type, State: r.State, ReceivedAt: r.ReceivedAt}
	f.Way, err = w.wayTx()
	return f, err
}
