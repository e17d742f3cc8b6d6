package privacy

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// archive is the customer archive as a holder.
type archive struct{ *Service }

func (a archive) HoldingsTx(tx *db.Tx, p Person) (all []Holding, err error) {
	held, err := a.Customers.HoldingsTx(tx, p.OrgID, p.IDs)
	for _, h := range held {
		all = append(all, Holding{h.Kind, h.N})
	}
	return all, err
}

func (a archive) BlocksTx(tx *db.Tx, p Person) (blocks []Block, err error) {
	refs, err := a.Customers.RefsTx(tx, db.ScopeOf(p.OrgID), p.ID)
	if err == nil && refs[p.ID].Status == customer.Erased {
		blocks = []Block{{Code: "erased"}}
	}
	return blocks, err
}

func (a archive) EraseTx(tx *db.Tx, p Person) ([]id.ID, error) {
	return a.Customers.EraseTx(tx, p.OrgID, p.IDs)
}

// DataTx gives the archive of the customer, then of each who was merged into him.
func (a archive) DataTx(tx *db.Tx, p Person, lang string) (data Data, err error) {
	t := teller{a.Service, lang}
	for _, i := range p.IDs {
		d, err := a.Customers.DossierTx(tx, p.OrgID, i, lang)
		if err != nil {
			return data, err
		}
		data.Sections = append(data.Sections, t.facts(d.Customer), t.contacts(d.Customer), t.certificates(d.Customer), t.fields(d.Fields), t.notes(d.Notes),
			t.analyses(d.Analyses), t.interactions(d.Interactions), t.visits(d), t.events(d.Events), t.changes(d.Changes))
		for _, f := range d.Files {
			data.Files = append(data.Files, File{f.Name, f.Ref, f.Subject})
		}
	}
	return data, nil
}

// teller makes tables in a language.
type teller struct {
	*Service
	lang string
}

func (t teller) say(key string) string { return t.Text(t.lang, key, nil) }

// facts are the fields of the archive, one a row, empty ones left out.
func (t teller) facts(c customer.Customer) Section {
	s := Section{Key: "customer", Columns: []string{"field", "value"}}
	add := func(field, value string) {
		if value != "" {
			s.Rows = append(s.Rows, []string{t.say("privacy.field." + field), value})
		}
	}
	add("customer_no", c.CustomerNo)
	add("name", c.Name)
	add("kind", t.say("customer.kind."+string(c.Kind)))
	add("status", t.say("customer.status."+string(c.Status)))
	add("industry", c.Industry)
	add("tags", strings.Join(c.Tags, ", "))
	add("unit", c.UnitName)
	add("manager", c.ManagerName)
	add("created_at", c.CreatedAt.Minute())
	if p := c.Person; p != nil {
		if p.Sex != "" {
			add("sex", t.say("customer.sex."+string(p.Sex)))
		}
		add("birth_date", p.BirthDate)
		add("employer", p.Employer)
		add("occupation", p.Occupation)
	}
	if o := c.Organisation; o != nil {
		add("legal_representative", o.LegalRepresentative)
		add("established_on", o.EstablishedOn)
		add("business_scope", o.BusinessScope)
		add("website", o.Website)
	}
	return s
}

func (t teller) contacts(c customer.Customer) Section {
	s := Section{Key: "contacts", Columns: []string{"kind", "value", "label", "person"}}
	for _, x := range c.Contacts {
		s.Rows = append(s.Rows, []string{t.say("privacy.contact." + string(x.Kind)), x.Value, x.Label, x.Person})
	}
	return s
}

func (t teller) certificates(c customer.Customer) Section {
	s := Section{Key: "certificates", Columns: []string{"kind", "number", "valid_until"}}
	for _, x := range c.Certificates {
		s.Rows = append(s.Rows, []string{t.say("customer.certificate." + string(x.Kind)), x.Number, x.ValidUntil})
	}
	return s
}

func (t teller) fields(all []customer.FieldValue) Section {
	s := Section{Key: "fields", Columns: []string{"at", "field", "value"}}
	for _, v := range all {
		s.Rows = append(s.Rows, []string{v.At.Minute(), inLanguage(t.lang, v.Field.NameZh, v.Field.NameEn), v.Value})
	}
	return s
}

func (t teller) notes(all []customer.Note) Section {
	s := Section{Key: "notes", Columns: []string{"at", "text"}}
	for _, n := range all {
		s.Rows = append(s.Rows, []string{n.At.Minute(), n.Text})
	}
	return s
}

func (t teller) analyses(all []customer.Analysis) Section {
	s := Section{Key: "analyses", Columns: []string{"at", "aspect", "level", "text"}}
	for _, x := range all {
		s.Rows = append(s.Rows, []string{x.At.Minute(), t.say("privacy.aspect." + string(x.Aspect)), strconv.Itoa(x.Level), x.Text})
	}
	return s
}

func (t teller) interactions(all []customer.Interaction) Section {
	s := Section{Key: "interactions", Columns: []string{"at", "mode", "place", "purpose", "text", "services"}}
	for _, x := range all {
		s.Rows = append(s.Rows, []string{x.At.Minute(), t.say("customer.mode." + string(x.Mode)), x.Place, x.Purpose, x.Content,
			strings.Join(append(append([]string{}, x.Services...), x.Support...), "; ")})
	}
	return s
}

// visits are those to the counter, each with what followed.
func (t teller) visits(d customer.Dossier) Section {
	s := Section{Key: "receptions", Columns: []string{"at", "name", "phone", "place", "purpose", "looks", "text"}}
	for _, v := range d.Receptions {
		s.Rows = append(s.Rows, []string{v.ArrivedAt.Minute(), v.Name, v.Phone, strings.Join(filled(v.Employer, v.HomeAddress), "; "), v.Intention, v.Looks, v.Course})
	}
	for _, l := range d.ReceptionLog {
		s.Rows = append(s.Rows, []string{l.At.Minute(), "", "", "", t.say("customer.mode." + string(l.Mode)), "", l.Text})
	}
	return s
}

func filled(all ...string) (some []string) {
	for _, s := range all {
		if s != "" {
			some = append(some, s)
		}
	}
	return some
}

func (t teller) events(all []customer.Event) Section {
	s := Section{Key: "timeline", Columns: []string{"at", "text"}}
	for _, e := range all {
		s.Rows = append(s.Rows, []string{e.At.Minute(), e.Text})
	}
	return s
}

// changes are what the audit log has of him: when, what was done, and from what to what.
func (t teller) changes(all []customer.HistoryEntry) Section {
	s := Section{Key: "changes", Columns: []string{"at", "action", "text"}}
	for _, h := range all {
		var lines []string
		for _, c := range h.Changes {
			lines = append(lines, fmt.Sprintf("%s: %s → %s", c.Path, c.Before, c.After))
		}
		s.Rows = append(s.Rows, []string{h.At.Minute(), t.say("audit_action." + h.Action), strings.Join(lines, "\n")})
	}
	return s
}
