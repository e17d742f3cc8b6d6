package audit

import (
	"context"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Look is the type of objects in entries of looks at what they hold. They are no
// part of the history of the object's changes.
const Look = "look"

// Reading is a look at confidential data. It is written before the data are shown.
type Reading struct {
	OrgID      id.ID
	Actor      Actor
	Action     string // of the kind read or export in rule/kind.json
	ObjectType string
	ObjectID   id.ID
	Subject    *crypt.Subject // seals what is told below; nil is the company's own key
	Seen
}

// Seen is what was looked at and why.
type Seen struct {
	Fields []string `json:"fields,omitempty"` // names, never values
	Reason string   `json:"reason,omitempty"`
	// Objects are the many of a list, where the entry's object is their company.
	Objects []id.ID `json:"objects,omitempty"`
	// Basis is what gave the right: an approval, a call, a case.
	BasisType string `json:"basis_type,omitempty"`
	BasisID   id.ID  `json:"basis_id,omitzero"`
	BasisNo   string `json:"basis_no,omitempty"`
}

// ReadTx writes the entry of a look.
func (l *Log) ReadTx(tx *db.Tx, r Reading) error {
	if k := KindOf(r.Action); k != OfRead && k != OfExport {
		return fmt.Errorf("audit: %s is neither read nor export in rule/kind.json", r.Action)
	}
	return l.RecordTx(tx, Change{OrgID: r.OrgID, Actor: r.Actor, Action: r.Action, ObjectType: r.ObjectType, ObjectID: r.ObjectID, After: r.Seen, Subject: r.Subject})
}

// Read is ReadTx for use cases that only read; all of them are written or none.
func (l *Log) Read(ctx context.Context, all ...Reading) error {
	if len(all) == 0 {
		return nil
	}
	return l.db.Write(ctx, func(tx *db.Tx) error {
		for _, r := range all {
			if err := l.ReadTx(tx, r); err != nil {
				return err
			}
		}
		return nil
	})
}
