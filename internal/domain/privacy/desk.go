package privacy

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// desk is this module as a holder: requests, consents, exports, and the tasks that were
// made about the person.
type desk struct{ *Service }

func (d desk) HoldingsTx(tx *db.Tx, p Person) (all []Holding, err error) {
	for _, kind := range []string{"privacy_request", "privacy_export", "consent"} {
		n, err := countOf(tx, kind, p)
		if err != nil {
			return nil, err
		}
		all = append(all, Holding{kind, n})
	}
	n, err := d.Tasks.CountAboutTx(tx, p.OrgID, "customer", p.IDs)
	return append(all, Holding{"task", n}), err
}

// BlocksTx: what was asked for before is answered before.
func (d desk) BlocksTx(tx *db.Tx, p Person) (blocks []Block, err error) {
	rows, err := requestsOfPerson(tx, p)
	for _, r := range rows {
		if r.Kind != Delete && r.ClosedAt == 0 {
			blocks = append(blocks, Block{"open_request", map[string]any{"no": r.RequestNo}})
		}
	}
	return blocks, err
}

func (d desk) DataTx(tx *db.Tx, p Person, lang string) (data Data, err error) {
	t := teller{d.Service, lang}
	requests := Section{Key: "requests", Columns: []string{"at", "number", "kind", "status", "text", "outcome"}}
	rows, err := requestsOfPerson(tx, p)
	if err != nil {
		return data, err
	}
	for _, r := range rows {
		open, _, err := d.openTx(tx, db.ScopeOf(p.OrgID), r.ID)
		if err != nil {
			return data, err
		}
		requests.Rows = append(requests.Rows, []string{r.CreatedAt.Minute(), r.RequestNo, t.say("privacy.kind." + string(r.Kind)), t.say("privacy.state." + string(r.State)), open.Text, open.Outcome})
	}
	consents := Section{Key: "consents", Columns: []string{"at", "purpose", "consent", "version", "channel"}}
	all, err := consentsOf(tx, p)
	if err != nil {
		return data, err
	}
	names, err := d.purposeNamesTx(tx, p.OrgID, lang)
	if err != nil {
		return data, err
	}
	for _, c := range all {
		given := "privacy.consent.withdrawn"
		if c.Given {
			given = "privacy.consent.given"
		}
		consents.Rows = append(consents.Rows, []string{c.At.Minute(), names[c.Purpose], t.say(given), c.TextVersion, t.say("privacy.channel." + string(c.Channel))})
	}
	tasks, err := d.tasksTx(tx, p, lang)
	data.Sections = []Section{consents, requests, tasks}
	return data, err
}

func (d desk) tasksTx(tx *db.Tx, p Person, lang string) (Section, error) {
	t := teller{d.Service, lang}
	section := Section{Key: "tasks", Columns: []string{"at", "text", "status"}}
	tasks, err := d.Tasks.AboutTx(tx, p.OrgID, "customer", p.IDs, lang)
	for _, x := range tasks {
		section.Rows = append(section.Rows, []string{x.CreatedAt.Minute(), x.Text, t.say("privacy.task_state." + string(x.State))})
	}
	return section, err
}

func (d desk) EraseTx(tx *db.Tx, p Person) (files []id.ID, err error) {
	for _, i := range p.IDs {
		if err := eraseSaid(tx, p.OrgID, i); err != nil {
			return nil, err
		}
		if err := forgetEvidence(tx, p.OrgID, i); err != nil {
			return nil, err
		}
	}
	if err := d.Tasks.ForgetAboutTx(tx, p.OrgID, "customer", p.IDs); err != nil {
		return nil, err
	}
	return dropExports(tx, p)
}
