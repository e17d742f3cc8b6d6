package promise

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Told is a promise as the customer it was made to is told of it.
type Told struct {
	ID        id.ID        `json:"id"`
	PromiseNo string       `json:"promise_no"`
	TypeZh    string       `json:"type_zh"`
	TypeEn    string       `json:"type_en"`
	Words     string       `json:"words"`
	State     State        `json:"state" enum:"open,kept,late,broken,withdrawn"`
	CaseID    id.ID        `json:"case_id,omitzero" doc:"the case it was made in"`
	MadeAt    when.Instant `json:"made_at" doc:"since when it counts"`
	DueAt     when.Instant `json:"due_at,omitzero"`
	EndedAt   when.Instant `json:"ended_at,omitzero"`
}

// ToldTx gives what was promised to customers of a company, the oldest first: the words
// they were told. What awaits an approval, or was never approved, was not promised, and
// notes, reasons and evidence are not theirs.
func (s *Service) ToldTx(tx *db.Tx, org id.ID, customers ...id.ID) ([]Told, error) {
	rows, b, err := s.toldRowsTx(tx, org, customers)
	if err != nil {
		return nil, err
	}
	all := []Told{}
	for _, r := range rows {
		if r.CountsAt == 0 {
			continue
		}
		terms, _, _ := b.find(r.Type, r.Rule)
		t := Told{ID: r.ID, PromiseNo: r.PromiseNo, TypeZh: terms.NameZh, TypeEn: terms.NameEn, Words: r.Words, State: r.State, MadeAt: r.CountsAt, DueAt: r.shownDue(), EndedAt: r.EndedAt}
		if r.SourceType == OfCase {
			t.CaseID = r.SourceID
		}
		all = append(all, t)
	}
	return all, nil
}

// toldRowsTx are the promises to customers, opened.
func (s *Service) toldRowsTx(tx *db.Tx, org id.ID, customers []id.ID) (rows []row, b book, err error) {
	if rows, err = promisesTo(tx, org, customers); err != nil {
		return nil, b, err
	}
	origins := make([]id.ID, len(rows))
	for i, r := range rows {
		origins[i] = r.OriginID
	}
	keys, err := s.Customers.SealersTx(tx, org, origins...)
	if err != nil {
		return nil, b, err
	}
	for i, r := range rows {
		if err := keys.Open(r.OriginID, bodyPlace(r.ID), r.Sealed, &rows[i].Body); err != nil {
			return nil, b, err
		}
	}
	b, err = bookTx(tx, org)
	return rows, b, err
}

// The service tells a person of what was promised to him, and empties it.
var _ privacy.Holder = (*Service)(nil)

// HoldingsTx counts the promises to a person.
func (s *Service) HoldingsTx(tx *db.Tx, p privacy.Person) ([]privacy.Holding, error) {
	rows, err := promisesTo(tx, p.OrgID, p.IDs)
	return []privacy.Holding{{Kind: "promise", N: int64(len(rows))}}, err
}

// BlocksTx: what is promised is kept or withdrawn before.
func (s *Service) BlocksTx(tx *db.Tx, p privacy.Person) (blocks []privacy.Block, err error) {
	rows, err := promisesTo(tx, p.OrgID, p.IDs)
	for _, r := range rows {
		if r.live() {
			blocks = append(blocks, privacy.Block{Code: "open_promise", Params: map[string]any{"no": r.PromiseNo}})
		}
	}
	return blocks, err
}

// DataTx gives what was promised to a person. What we wrote among us is not his.
func (s *Service) DataTx(tx *db.Tx, p privacy.Person, lang string) (d privacy.Data, err error) {
	rows, b, err := s.toldRowsTx(tx, p.OrgID, p.IDs)
	section := privacy.Section{Key: "promises", Columns: []string{"at", "no", "kind", "status", "text", "due"}}
	for _, r := range rows {
		terms, _, _ := b.find(r.Type, r.Rule)
		section.Rows = append(section.Rows, []string{r.MadeAt.Minute(), r.PromiseNo, terms.name(lang), s.Text(lang, "promise.state_name."+string(r.State), nil), r.Words, r.shownDue().Minute()})
	}
	d.Sections = []privacy.Section{section}
	return d, err
}

// EraseTx empties the promises to a person of all that was said. That there were such
// promises, and whether they were kept, stays, without him.
func (s *Service) EraseTx(tx *db.Tx, p privacy.Person) ([]id.ID, error) {
	rows, err := promisesTo(tx, p.OrgID, p.IDs)
	for _, r := range rows {
		if err == nil {
			err = erasePromise(tx, r.OrgID, r.ID)
		}
	}
	return nil, err
}
