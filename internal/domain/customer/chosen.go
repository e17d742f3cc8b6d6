package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// ChosenTx gives the customers of a company that a filter chooses, at most limit of
// them, in the order of their making. Errors: validation.
func (s *Service) ChosenTx(tx *db.Tx, org id.ID, f Filter, limit int) ([]id.ID, error) {
	rows, _, err := s.rowsTx(tx, db.ScopeOf(org), ListInput{Filter: f, Sort: "created_at", Limit: limit})
	ids := make([]id.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids, err
}

// ShownTx names customers for another module, as the caller may see them.
func (s *Service) ShownTx(tx *db.Tx, org id.ID, customers ...id.ID) ([]Ref, error) {
	byID, err := s.RefsTx(tx, db.ScopeOf(org), customers...)
	sight, all := SightOf(tx.Context()), []Ref{}
	for _, i := range customers {
		if r, ok := byID[i]; ok {
			r.Name = sight.Name(r.OrgID, r.ID, r.Kind, r.Name)
			all = append(all, r)
		}
	}
	return all, err
}

// LooksTx lists what was seen whole on a basis, the newest first.
func (s *Service) LooksTx(tx *db.Tx, org id.ID, b Basis, p Page) (all []Look, next string, err error) {
	q := new(db.Query).Where("basis_id = ?", b.ID)
	rows, next, err := newestBy[lookRow](tx, s.Cursors, "customer.looks "+b.ID.String(), p, db.ScopeOf(org), q, selectOf(lookColumns, "customer_look"), "at")
	if err != nil {
		return nil, "", err
	}
	seen := make([]id.ID, len(rows))
	for i, r := range rows {
		seen[i] = r.CustomerID
	}
	refs, err := s.ShownTx(tx, org, sorted(seen)...)
	all = make([]Look, len(rows))
	for i, r := range rows {
		all[i] = r.look(refs)
		all[i].ActionText = s.Text(localeOf(tx.Context()), "audit_action."+r.Action, nil)
	}
	return all, next, err
}

func localeOf(ctx context.Context) string {
	if c := access.CallerOf(ctx); c != nil && c.Locale != "" {
		return c.Locale
	}
	return "zh"
}

// Classification lists the classes of the product's fields.
func Classification() []Classified { return secrecies }

// ClassifiedField is a field of the company's own with its class.
type ClassifiedField struct {
	ID     id.ID   `json:"id"`
	NameZh string  `json:"name_zh"`
	NameEn string  `json:"name_en,omitempty"`
	Class  Secrecy `json:"class" enum:"internal,confidential,sensitive"`
}

// ClassifiedTx lists the classes of the active fields a company defined.
func (s *Service) ClassifiedTx(tx *db.Tx, org id.ID) ([]ClassifiedField, error) {
	set, err := s.settingsTx(tx, org)
	if err != nil {
		return nil, err
	}
	all := []ClassifiedField{}
	for _, f := range set.fields {
		if !f.Active {
			continue
		}
		c := ClassifiedField{ID: f.ID, NameZh: f.NameZh, NameEn: f.NameEn, Class: Internal}
		if f.Confidential {
			c.Class = f.sealedClass()
		}
		all = append(all, c)
	}
	return all, nil
}
