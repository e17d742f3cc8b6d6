package feedback

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The service tells a person of his cases, and empties them.
var _ privacy.Holder = (*Service)(nil)

// HoldingsTx counts a person's cases.
func (s *Service) HoldingsTx(tx *db.Tx, p privacy.Person) ([]privacy.Holding, error) {
	rows, err := casesOfPerson(tx, p)
	return []privacy.Holding{{Kind: "case", N: int64(len(rows))}}, err
}

// BlocksTx: an open case is ended before.
func (s *Service) BlocksTx(tx *db.Tx, p privacy.Person) (blocks []privacy.Block, err error) {
	rows, err := casesOfPerson(tx, p)
	for _, r := range rows {
		if r.Open() {
			blocks = append(blocks, privacy.Block{Code: "open_case", Params: map[string]any{"no": r.CaseNo}})
		}
	}
	return blocks, err
}

// DataTx gives a person's cases with what was said to him, and their files. What we
// wrote among us is not his.
func (s *Service) DataTx(tx *db.Tx, p privacy.Person, lang string) (d privacy.Data, err error) {
	rows, err := casesOfPerson(tx, p)
	if err != nil {
		return d, err
	}
	cases := privacy.Section{Key: "cases", Columns: []string{"at", "no", "kind", "status", "text", "name", "phone", "place", "answer"}}
	steps := privacy.Section{Key: "case_steps", Columns: []string{"at", "no", "action", "text"}}
	for _, r := range rows {
		keys, err := s.Customers.SealersTx(tx, r.OrgID, append(append([]id.ID{}, p.IDs...), r.OriginID)...)
		if err != nil {
			return d, err
		}
		if err := keys.Open(r.OriginID, bodyPlace(r.ID), r.Sealed, &r.Body); err != nil {
			return d, err
		}
		cases.Rows = append(cases.Rows, []string{r.ReceivedAt.Minute(), r.CaseNo, s.Text(lang, "feedback.type."+string(r.Type), nil), s.Text(lang, "feedback.state_name."+string(r.State), nil),
			r.Text, r.CallerName, r.CallerPhone, r.Place, r.Answer})
		events, err := eventsOf(tx, r.OrgID, r.ID, 0, id.ID{}, maxTold*maxShown)
		if err != nil {
			return d, err
		}
		for _, e := range events {
			if e.Audience != Customer {
				continue
			}
			if err := keys.Open(e.OriginID, wordsPlace(e.ID), e.Body, &e.words); err != nil {
				return d, err
			}
			steps.Rows = append(steps.Rows, []string{e.At.Minute(), r.CaseNo, s.Text(lang, "feedback.did."+e.Kind, nil), e.words.Text})
		}
		if err := s.ownFilesTx(tx, r, keys, &d); err != nil {
			return d, err
		}
	}
	d.Sections = []privacy.Section{cases, steps}
	return d, nil
}

func (s *Service) ownFilesTx(tx *db.Tx, r caseRow, keys customer.Sealers, d *privacy.Data) error {
	files, err := filesOf(tx, r.OrgID, r.ID)
	if err != nil {
		return err
	}
	for _, f := range files {
		subject := keys[f.OriginID]
		if subject == nil {
			continue
		}
		name, err := subject.Open(namePlace(f.ID), f.Name)
		if err != nil {
			return err
		}
		d.Files = append(d.Files, privacy.File{Name: name, Ref: blob.Ref{ID: f.ID, Size: f.Size, SHA256: f.SHA256}, Subject: subject})
	}
	return nil
}

// EraseTx empties a person's cases of all that was said and takes their files away. That
// there were such cases, what they were about and when they were solved stays, without
// him.
func (s *Service) EraseTx(tx *db.Tx, p privacy.Person) (files []id.ID, err error) {
	rows, err := casesOfPerson(tx, p)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		kept, err := filesOf(tx, r.OrgID, r.ID)
		if err != nil {
			return nil, err
		}
		for _, f := range kept {
			files = append(files, f.ID)
		}
		if err := eraseCase(tx, r.OrgID, r.ID); err != nil {
			return nil, err
		}
	}
	return files, nil
}
