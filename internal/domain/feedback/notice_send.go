package feedback

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Guide tells how a customer follows a case himself; the portal knows it and app fills it
// in.
type Guide interface {
	// GuideTx gives the look-up code of a case and the address of its page; "" for what the
	// company's customers do not have.
	GuideTx(tx *db.Tx, org, i id.ID) (code, link string, err error)
}

// SetGuide says who knows how customers follow their cases.
func (s *Service) SetGuide(g Guide) { s.guide = g }

const (
	// noticeFor is how long a message to a customer is tried.
	noticeFor = 24 * time.Hour
	// noticeLength is how much of an answer goes into a message: an SMS, not a letter.
	noticeLength = 60
	// noticeLang is the language of messages: the archive holds nobody's.
	noticeLang = "zh"
)

// noticeTx has a message say to the customer what just happened to his case, where the
// company's rules want it. It stands in the outbox when the move does, or neither does.
func (w *work) noticeTx() error {
	if err := w.noticesFollowTx(); err != nil {
		return err
	}
	set := w.at.notices
	r, e, ok := set.pick(w.happened)
	if !ok || w.silent || set.silence(w.Case) != "" {
		return nil
	}
	to, name, err := w.reachTx()
	if err != nil || to == "" {
		return err
	}
	if ready, err := w.Messages.ReadyTx(w.tx, w.OrgID, message.SMS); err != nil || !ready {
		return err
	}
	values, err := w.noticeValuesTx(r, name)
	if err != nil {
		return err
	}
	opens := set.opens(r, w.tx.Now())
	_, err = w.Messages.SendTx(w.tx, message.Send{OrgID: w.OrgID, Channel: message.SMS, To: to, ToName: name, CustomerID: w.CustomerID, ObjectType: object, ObjectID: w.ID, Template: r.Template,
		Lang: noticeLang, Values: values, Key: "case.notice " + e.ID.String(), After: opens, Until: opens.Add(noticeFor), By: w.actor.ID})
	w.noticed = err == nil
	return err
}

// noticesFollowTx gives what was said of a case to the customer it is found to be about,
// stops what waits when nothing is to be told any more, and asks nobody for a verdict that
// is there.
func (w *work) noticesFollowTx() error {
	if w.before.ID.IsZero() {
		return nil
	}
	if w.CustomerID != w.before.CustomerID {
		if err := w.Messages.FollowTx(w.tx, w.OrgID, w.ID, w.CustomerID); err != nil {
			return err
		}
	}
	set := w.at.notices
	if set.silence(w.before) == "" && set.silence(w.Case) != "" {
		return w.Messages.StopTx(w.tx, w.OrgID, w.ID)
	}
	if set.Enabled && w.before.State == Resolved && w.State != Resolved {
		return w.Messages.OvertakeTx(w.tx, w.OrgID, w.ID, noticeSolved)
	}
	return nil
}

// reachTx is where a message reaches who told of the case, and his name: the number he
// called from, else the customer's mobile number; "" for none. A number that is not from
// the archive is not told the customer's name.
func (w *work) reachTx() (to, name string, err error) {
	if p, err := cn.ParsePhone(w.CallerPhone, ""); err == nil && p.Kind == cn.PhoneMobile {
		return p.Number, w.CallerName, nil
	}
	if w.CustomerID.IsZero() {
		return "", "", nil
	}
	if to, err = w.Customers.MobileTx(w.tx, w.OrgID, w.CustomerID); err != nil || to == "" {
		return "", "", err
	}
	refs, err := w.Customers.RefsTx(w.tx, db.ScopeOf(w.OrgID), w.CustomerID)
	return to, refs[w.CustomerID].Name, err
}

// noticeValuesTx fills in what the templates of cases may hold.
func (w *work) noticeValuesTx(r NoticeRule, name string) (map[string]string, error) {
	company, _ := w.units.Get(w.OrgID)
	unit, _ := w.units.Get(w.UnitID)
	values := map[string]string{"company": company.Name, "name": cmp.Or(name, w.Service.Text(noticeLang, "feedback.notice.customer", nil)), "case": w.CaseNo, "due": w.promised(), "result": short(w.Answer),
		"step": w.Service.Text(noticeLang, "feedback.notice.step."+r.On, map[string]any{"unit": cmp.Or(unit.ShortName, company.ShortName)}), "code": "", "link": ""}
	if w.guide == nil {
		return values, nil
	}
	var err error
	values["code"], values["link"], err = w.guide.GuideTx(w.tx, w.OrgID, w.ID)
	if w.CustomerID.IsZero() {
		values["link"] = "" // the page is its customer's, who signs in
	}
	return values, err
}

// promised is until when the case is answered, in words; "" while nobody can tell.
func (w *work) promised() string {
	i := slices.IndexFunc(w.deadlines, func(d Deadline) bool {
		return d.Round == w.Round && d.Stage == StageAnswer && d.State == when.Counted
	})
	if i < 0 || w.deadlines[i].TargetAt == 0 {
		return ""
	}
	return w.deadlines[i].TargetAt.Time().Format("1月2日15:04前")
}

// short is the beginning of a text, in one line.
func short(text string) string {
	r := []rune(strings.Join(strings.Fields(text), " "))
	if len(r) <= noticeLength {
		return string(r)
	}
	return string(r[:noticeLength-1]) + "…"
}
