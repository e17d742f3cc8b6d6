package outage

import (
	"context"
	"errors"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// jobFollow brings the cases of an outage as far as it is, and tells those behind it that
// supply is back. It goes on from where the outage says it is, so it may run any number of
// times.
const jobFollow = "outage.follow"

type followArgs struct {
	OrgID  id.ID `json:"org_id"`
	Outage id.ID `json:"outage"`
	By     id.ID `json:"by"`
}

// maxAttempts is how often it is tried: what it waits for may be away for days.
const maxAttempts = 50

// RegisterJobs registers the module's jobs; app calls it once.
func (s *Service) RegisterJobs() { job.Register(s.Jobs, jobFollow, s.runFollow) }

// followTx has the cases follow, and on restoration people told, where there is anything to do.
func (w *work) followTx(a Action) error {
	switch {
	case a == Restore:
	case a != Join && a != Dispatch && a != Arrive, stages[w.State] == 0, w.Cases == 0:
		return nil
	}
	w.Following = true
	_, err := w.Jobs.InsertTx(w.tx, w.OrgID, w.who.UserID, jobFollow, followArgs{w.OrgID, w.ID, w.who.UserID}, job.Options{MaxAttempts: maxAttempts})
	return err
}

// How much one transaction does: a case is several rows.
const (
	casesAtOnce     = 20
	customersAtOnce = 200
)

func (s *Service) runFollow(ctx context.Context, run *job.Run, args followArgs) error {
	for done := false; !done; {
		err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			var told int64
			if done, told, err = s.followStepTx(tx, args); err != nil {
				return err
			}
			return run.StepTx(tx, job.Step{Progress: told, Note: "outage.following_note"})
		})
		if err != nil {
			return err
		}
	}
	s.Messages.Wake()
	return nil
}

// followStepTx does a part; done tells that nothing is left.
func (s *Service) followStepTx(tx *db.Tx, args followArgs) (done bool, told int64, err error) {
	o, err := lockOutage(tx, db.ScopeOf(args.OrgID), args.Outage)
	if err != nil {
		return false, 0, err
	}
	w, err := s.workTx(tx, access.Who{}, o)
	if err != nil {
		return false, 0, err
	}
	names, err := s.Users.NamesTx(tx, []id.ID{args.By})
	if err != nil {
		return false, 0, err
	}
	w.actor = audit.Actor{ID: args.By, Name: names[args.By]}
	behind, err := casesBehind(tx, o, stages[o.State], casesAtOnce)
	switch {
	case err != nil:
	case len(behind) > 0:
		err = w.bringTx(behind)
	case o.RestoredAt != 0 && o.ToldAfter != allTold:
		err = w.tellPageTx()
	default:
		done, w.Following = true, false
	}
	if err != nil {
		return false, 0, err
	}
	return done, w.Told, saveFollowed(tx, w.Outage)
}

// bringTx brings cases as far as the outage is. What one of them refuses is put down, and
// left to people.
func (w *work) bringTx(cases []id.ID) error {
	course := feedback.OutageCourse{UnitID: w.UnitID, ArrivedAt: w.ArrivedAt, RestoredAt: w.RestoredAt, By: w.actor}
	if w.RestoredAt != 0 {
		cause, _ := causeOf(w.Cause)
		course.Cause = cause.NameZh
		course.Answer = w.Text("zh", "outage.answer", map[string]any{"place": w.PlaceName, "time": w.restoredTime(), "cause": cause.NameZh})
	}
	for _, c := range cases {
		caller, err := w.Feedback.FollowOutageTx(w.tx, w.OrgID, c, course)
		problem, err := refusal(err)
		if err != nil {
			return err
		}
		if err := setCase(w.tx, w.Outage, c, stages[w.State], problem); err != nil {
			return err
		}
		if w.RestoredAt == 0 || problem != "" {
			continue
		}
		if err := w.tellCallerTx(c, caller); err != nil {
			return err
		}
	}
	return nil
}

// refusal tells apart what is refused for a reason, by its code, from what failed.
func refusal(err error) (string, error) {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind != fault.Internal {
		return f.Code, nil
	}
	return "", err
}

// allTold is the place behind the last of those who are told.
const allTold = "*"

// tellPageTx tells some of those behind the outage, who were not told yet.
func (w *work) tellPageTx() error {
	page, next, err := w.Supply.CustomersBehindTx(w.tx, w.OrgID, w.origin(), w.ToldAfter, customersAtOnce)
	if err != nil {
		return err
	}
	fresh, err := notTold(w.tx, w.Outage, page)
	if err != nil {
		return err
	}
	if err := w.timelineTx(fresh); err != nil {
		return err
	}
	if w.TellAll {
		if err := w.writeTx(fresh); err != nil {
			return err
		}
	}
	if w.ToldAfter = next; next != "" {
		return nil
	}
	w.ToldAfter = allTold
	return w.happen("told", Params{N: w.Told}, "")
}

// writeTx writes to customers who have a mobile.
func (w *work) writeTx(customers []id.ID) error {
	mobiles, err := w.Deps.Customers.MobilesTx(w.tx, w.OrgID, customers...)
	if err != nil {
		return err
	}
	for _, c := range customers {
		if err := w.sendTx(c, mobiles[c], "customer:"+c.String()); err != nil {
			return err
		}
	}
	return nil
}

// tellCallerTx tells who reported the outage by a case, unless the case told him.
func (w *work) tellCallerTx(i id.ID, caller feedback.Caller) error {
	key := "case:" + i.String()
	if of := caller.CustomerID; !of.IsZero() {
		fresh, err := notTold(w.tx, w.Outage, []id.ID{of})
		if err != nil || len(fresh) == 0 {
			return err
		}
		if err := w.timelineTx(fresh); err != nil {
			return err
		}
		key = "customer:" + of.String()
	}
	if caller.Told {
		w.Told++
		return nil
	}
	return w.sendTx(caller.CustomerID, caller.Mobile, key)
}

// triedFor is how long a message is tried.
const triedFor = 24 * time.Hour

// sendTx tells somebody once that supply is back, outside the quiet hours of cases.
func (w *work) sendTx(customer id.ID, mobile, key string) error {
	if mobile == "" {
		return nil
	}
	opens, err := w.Feedback.CallableTx(w.tx, w.OrgID)
	if err != nil {
		return err
	}
	_, err = w.Messages.SendTx(w.tx, message.Send{OrgID: w.OrgID, Channel: message.SMS, To: mobile, CustomerID: customer, ObjectType: object, ObjectID: w.ID, Template: "fault.restored",
		Values: w.values(), After: opens, Until: opens.Add(triedFor), Key: object + ":" + w.ID.String() + ":" + key, By: w.actor.ID})
	refused, err := refusal(err) // such a number takes no messages, or the company's words are not usable
	if err == nil && refused == "" {
		w.Told++
	}
	return err
}

// timelineTx tells on the timeline of customers that supply is back.
func (w *work) timelineTx(customers []id.ID) error {
	cause, _ := causeOf(w.Cause)
	entries := make([]customer.Entry, len(customers))
	for i, c := range customers {
		entries[i] = customer.Entry{OrgID: w.OrgID, CustomerID: c, Kind: "outage.restored", At: w.RestoredAt, Actor: w.actor, SourceType: object, SourceID: w.ID,
			Params: map[string]any{"no": w.OutageNo, "place": w.PlaceName, "cause": map[string]any{"zh": cause.NameZh, "en": cause.NameEn}}}
	}
	return w.Deps.Customers.TimelineTx(w.tx, entries...)
}

// restoredTime is when supply was back, as it is told.
func (w *work) restoredTime() string { return w.RestoredAt.Time().Format("1月2日 15:04") }

// values fill the message.
func (w *work) values() map[string]string {
	company, _ := w.units.Get(w.OrgID)
	cause, _ := causeOf(w.Cause)
	return map[string]string{"company": company.Name, "place": w.PlaceName, "cause": cause.NameZh, "time": w.restoredTime()}
}
