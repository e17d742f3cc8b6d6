package supply

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Permissions of the module.
const (
	PermList        = "supply.list"        // see lists of accounts and network objects
	PermGet         = "supply.get"         // see one of them
	PermCreate      = "supply.create"      // add one
	PermUpdate      = "supply.update"      // change one, hang and take down meters, report conditions
	PermRemove      = "supply.remove"      // remove one that nothing refers to
	PermTrace       = "supply.trace"       // fault to customers and back, search the network
	PermConsumption = "supply.consumption" // see consumption, figures, forecasts
	PermRecord      = "supply.record"      // enter consumption
	PermPrint       = "supply.print"       // assessment, contract copy, sales statistics
	PermExport      = "supply.export"      // lists as CSV
	PermConfigure   = "supply.configure"   // the pattern of account numbers
)

// Customers is what the module needs of the customer archive.
type Customers interface {
	// RefsTx names customers of a company; unknown ones are left out.
	RefsTx(tx *db.Tx, scope db.Scope, customers ...id.ID) (map[id.ID]customer.Ref, error)
	// FoundTx gives the customers that a query finds.
	FoundTx(tx *db.Tx, scope db.Scope, q string) ([]id.ID, error)
	// PhonesTx gives the first phone of customers, as sight shows it.
	PhonesTx(tx *db.Tx, scope db.Scope, sight customer.Sight, customers ...id.ID) (map[id.ID]string, error)
	ReindexTx(tx *db.Tx, org id.ID, customers ...id.ID) error
	TimelineTx(tx *db.Tx, entries ...customer.Entry) error
	SubjectTx(tx *db.Tx, org, customer id.ID) (*crypt.Subject, error)
	// ReleaseTx and SheetTx let files and sheets leave whole by an approved look-up.
	ReleaseTx(tx *db.Tx, who access.Who, lookup id.ID, t customer.Taking) (*customer.Release, error)
	SheetTx(tx *db.Tx, who access.Who, release id.ID, t customer.Taking) (*customer.Release, error)
	MarkHeadings(lang string, m *customer.Mark) []string
	MarkCells(lang string, m *customer.Mark) []string
}

// Units tells which company a station belongs to; org.Service does.
type Units interface {
	TreeTx(tx *db.Tx) (*org.Tree, error)
}

// Users names users; access.Service does.
type Users interface {
	NamesTx(tx *db.Tx, users []id.ID) (map[id.ID]string, error)
}

// Deps are what the service is built from.
type Deps struct {
	DB        *db.DB
	Keys      *crypt.Keyring
	Audit     *audit.Log
	Orgs      Units
	Users     Users
	Customers Customers
	Cursors   *page.Signer
	Text      func(lang, key string, params map[string]any) string
}

// Service keeps the supply side.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }
