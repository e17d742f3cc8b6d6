package customer

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// FilterWord is a condition of a filter as people read it.
type FilterWord struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

// FilterWordsTx puts a filter into the words of the context's reader: none for all
// customers of the company.
func (s *Service) FilterWordsTx(tx *db.Tx, org id.ID, f Filter) ([]FilterWord, error) {
	w := filterWriter{s, localeOf(tx.Context()), []FilterWord{}}
	w.add("search", f.Query)
	w.code("kind", string(f.Kind))
	w.code("status", string(f.Status))
	if err := w.classesTx(tx, org, f.Classes); err != nil {
		return nil, err
	}
	w.add("tags", strings.Join(f.Tags, "、"))
	if err := w.namesTx(tx, f); err != nil {
		return nil, err
	}
	if !f.ImportID.IsZero() {
		w.add("imported_by", w.Text(w.lang, "kit.yes", nil))
	}
	w.add("created_from", f.CreatedFrom)
	w.add("created_to", f.CreatedTo)
	return w.words, nil
}

type filterWriter struct {
	*Service
	lang  string
	words []FilterWord
}

func (w *filterWriter) add(condition, text string) {
	if text != "" {
		w.words = append(w.words, FilterWord{w.Text(w.lang, "customer.filter."+condition, nil), text})
	}
}

func (w *filterWriter) code(condition, code string) {
	if code != "" {
		w.add(condition, w.Text(w.lang, "customer."+condition+"."+code, nil))
	}
}

// classesTx names the classes of schemes, each under its scheme.
func (w *filterWriter) classesTx(tx *db.Tx, org id.ID, classes []string) error {
	set, err := w.settingsTx(tx, org)
	if err != nil {
		return err
	}
	for _, c := range classes {
		code, class, _ := strings.Cut(c, ":")
		if scheme, ok := find(set.schemes, func(x Scheme) bool { return x.Code == code }); ok {
			w.words = append(w.words, FilterWord{inLanguage(w.lang, scheme.NameZh, scheme.NameEn), scheme.label(w.lang, class)})
			continue
		}
		w.words = append(w.words, FilterWord{code, class})
	}
	return nil
}

// namesTx names the manager and the unit.
func (w *filterWriter) namesTx(tx *db.Tx, f Filter) error {
	if !f.ManagerID.IsZero() {
		names, err := w.Users.NamesTx(tx, []id.ID{f.ManagerID})
		if err != nil {
			return err
		}
		w.add("manager", names[f.ManagerID])
	}
	if f.UnitID.IsZero() {
		return nil
	}
	tree, err := w.Orgs.TreeTx(tx)
	unit, _ := tree.Get(f.UnitID)
	w.add("unit", unit.Name)
	return err
}
