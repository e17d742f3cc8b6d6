package dataimport

import (
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// The service tells which files brought a person in, and removes them.
var _ privacy.Holder = (*Service)(nil)

// broughtTx are the imports that made or changed the person's records, with the records.
func (s *Service) broughtTx(tx *db.Tx, p privacy.Person) (imports []Import, objects []id.ID, err error) {
	accounts, err := s.Supply.AccountIDsTx(tx, p.OrgID, p.IDs)
	if err != nil {
		return nil, nil, err
	}
	objects = append(slices.Clone(p.IDs), accounts...)
	ids, err := importsThatTouched(tx, p.OrgID, objects)
	if err != nil || len(ids) == 0 {
		return nil, objects, err
	}
	if imports, err = importsByID(tx, p.OrgID, ids); err != nil {
		return nil, nil, err
	}
	return imports, objects, s.openNamesTx(tx, imports)
}

// HoldingsTx counts the files a person stands in, and what is kept of him for taking
// imports back.
func (s *Service) HoldingsTx(tx *db.Tx, p privacy.Person) ([]privacy.Holding, error) {
	imports, objects, err := s.broughtTx(tx, p)
	if err != nil {
		return nil, err
	}
	n, err := countChanged(tx, p.OrgID, objects)
	return []privacy.Holding{{Kind: "import_file", N: int64(len(imports))}, {Kind: "import_changed", N: n}}, err
}

// ended are the states in which an import no longer needs its file.
var ended = []State{Done, Reverted, Discarded}

// BlocksTx: an import that may go on needs its file.
func (s *Service) BlocksTx(tx *db.Tx, p privacy.Person) (blocks []privacy.Block, err error) {
	imports, _, err := s.broughtTx(tx, p)
	for _, i := range imports {
		if !slices.Contains(ended, i.State) {
			blocks = append(blocks, privacy.Block{Code: "import_open", Params: map[string]any{"name": i.FileName}})
		}
	}
	return blocks, err
}

// DataTx names the files; their other rows are other persons'.
func (s *Service) DataTx(tx *db.Tx, p privacy.Person, _ string) (d privacy.Data, err error) {
	imports, _, err := s.broughtTx(tx, p)
	section := privacy.Section{Key: "imports", Columns: []string{"at", "name"}}
	for _, i := range imports {
		section.Rows = append(section.Rows, []string{i.CreatedAt.Time().Format("2006-01-02 15:04"), i.FileName})
	}
	d.Sections = []privacy.Section{section}
	return d, err
}

// EraseTx gives up the files a person stands in: no row can be taken out of them.
func (s *Service) EraseTx(tx *db.Tx, p privacy.Person) (files []id.ID, err error) {
	imports, objects, err := s.broughtTx(tx, p)
	if err != nil {
		return nil, err
	}
	for _, i := range imports {
		for _, phase := range []string{phaseCheck, phaseRun, phaseRevert} {
			if err := clearProblems(tx, i, phase); err != nil {
				return nil, err
			}
		}
		files = append(files, i.ID)
	}
	return files, forgetChanged(tx, p.OrgID, objects)
}
