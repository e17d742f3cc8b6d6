package customer

import (
	"encoding/json"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
)

// Deps are what the service is built from. Text makes the sentence of a kind.
type Deps struct {
	DB      *db.DB
	Keys    *crypt.Keyring
	Audit   *audit.Log
	Orgs    *org.Service
	Users   *access.Service
	Tasks   *task.Service
	Cursors *page.Signer
	Blobs   *blob.Store
	Text    func(lang, key string, params map[string]any) string
}

// Service keeps the archive.
type Service struct {
	Deps
	jobs      *job.Queue
	cache     settingsCache
	numbers   numbers
	uses      useCounter
	parts     SearchParts
	followers []Follower
	releases  Releases
	limits    Limits
	marks     chan struct{} // full while as many files are marked as may be at once
}

// New makes the service.
func New(d Deps) *Service { return &Service{Deps: d, marks: make(chan struct{}, maxMarking)} }

// Parts is what other modules know of a customer that he is found by. Addresses
// are shown, the first as subtitle.
type Parts struct {
	Addresses  []string
	AccountNos []string
	MeterNos   []string
}

// SearchParts gives the parts of customers of one company; supply implements it.
type SearchParts interface {
	SearchPartsTx(tx *db.Tx, org id.ID, customers []id.ID) (map[id.ID]Parts, error)
}

// SetSearchParts wires the source of search parts; app calls it once.
func (s *Service) SetSearchParts(p SearchParts) { s.parts = p }

// Follower moves what a later module keeps of a customer when he is merged into
// another, and takes that back.
type Follower interface {
	// MoveTx gives everything of from to the customer to. undo tells UndoMoveTx
	// what was moved; it holds no personal data.
	MoveTx(tx *db.Tx, org, from, to id.ID) (undo json.RawMessage, err error)
	// UndoMoveTx restores exactly what MoveTx found. changed names the parts that
	// were changed since and therefore cannot be restored ("account 1001000017");
	// then nothing of the merge is undone.
	UndoMoveTx(tx *db.Tx, org, from, to id.ID, undo json.RawMessage) (changed []string, err error)
}

// Closer is a Follower that may refuse that a customer is closed, for example
// while he has live accounts.
type Closer interface {
	CheckCloseTx(tx *db.Tx, org, customer id.ID) error
}

// AddFollower registers a later module; app calls it once for each, in order.
func (s *Service) AddFollower(f Follower) { s.followers = append(s.followers, f) }

// checkUnit refuses a unit that is not of the company; the zero unit is none.
func checkUnit(tree *org.Tree, company, unit id.ID) error {
	if unit.IsZero() {
		return nil
	}
	if c, ok := tree.Company(unit); !ok || c.ID != company {
		return ErrUnit
	}
	return nil
}
