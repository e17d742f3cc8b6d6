package privacy

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Person is a customer with all who were merged into him.
type Person struct {
	OrgID id.ID
	ID    id.ID   // who stands for all
	IDs   []id.ID // he and the merged ones
}

// Holder is a module that keeps something about persons.
type Holder interface {
	// HoldingsTx counts what is kept of a person. Each kind stands in rule/fate.json and
	// has words in the catalogue: "privacy.holding.KIND".
	HoldingsTx(tx *db.Tx, p Person) ([]Holding, error)
	// BlocksTx tells what forbids to erase him now.
	BlocksTx(tx *db.Tx, p Person) ([]Block, error)
	// DataTx gives everything that is kept of him, for himself.
	DataTx(tx *db.Tx, p Person, lang string) (Data, error)
	// EraseTx destroys and anonymises as rule/fate.json says; it may be called again. The
	// files it names are removed after the commit.
	EraseTx(tx *db.Tx, p Person) (files []id.ID, err error)
}

// Holding is how much of a kind is kept.
type Holding struct {
	Kind string
	N    int64
}

// Block is something that forbids erasure: the catalogue's "privacy.block.CODE".
type Block struct {
	Code   string
	Params map[string]any
}

// Data is what a module keeps of a person.
type Data struct {
	Sections []Section
	Files    []File
}

// Section is a table: its heading is "privacy.section.KEY", those of its columns are
// "privacy.column.COLUMN". Empty sections are left out.
type Section struct {
	Key     string
	Columns []string
	Rows    [][]string
}

// File is one that is given out as it is.
type File struct {
	Name    string
	Ref     blob.Ref
	Subject *crypt.Subject
}

// AddHolder registers a module; app calls it once for each. Who is erased last stands
// first: the customer archive, whose key opens what the others keep.
func (s *Service) AddHolder(h Holder) { s.holders = append(s.holders, h) }

// personTx finds whose data it is. Error: db.ErrNotFound.
func (s *Service) personTx(tx *db.Tx, scope db.Scope, customer id.ID) (p Person, err error) {
	all, err := s.Customers.PersonTx(tx, scope, customer)
	if err != nil {
		return p, err
	}
	p.OrgID, p.ID = all[0].OrgID, all[0].ID
	for _, r := range all {
		p.IDs = append(p.IDs, r.ID)
	}
	return p, nil
}
