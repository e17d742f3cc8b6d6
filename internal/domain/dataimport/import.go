package dataimport

import (
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// State is where an import stands.
type State string

// The states.
const (
	Uploaded  State = "uploaded"
	Checking  State = "checking"
	Checked   State = "checked"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
	Reverting State = "reverting"
	Reverted  State = "reverted"
	Discarded State = "discarded"
)

// moves is the transition table.
var moves = map[State][]State{
	Uploaded:  {Checking, Discarded},
	Checking:  {Uploaded, Checked},
	Checked:   {Uploaded, Checking, Running, Discarded},
	Running:   {Done, Failed, Cancelled},
	Done:      {Reverting},
	Failed:    {Running, Reverting},
	Cancelled: {Running, Reverting},
	Reverting: {Reverted, Done}, // stopped, it can be taken up again, but no more rows come in
}

func (i *Import) moveTo(to State) error {
	if !slices.Contains(moves[i.State], to) {
		return ErrState.With("state", string(i.State))
	}
	i.State = to
	return nil
}

// Mode says what becomes of a row whose key is there already, or is not.
type Mode string

// The modes.
const (
	CreateOnly Mode = "create"
	UpdateOnly Mode = "update"
	Both       Mode = "both"
)

func (m Mode) creates() bool { return m != UpdateOnly }

func (m Mode) updates() bool { return m != CreateOnly }

// Import is one file on its way into the archive.
type Import struct {
	ID         id.ID        `db:"id" json:"id"`
	OrgID      id.ID        `db:"org_id" json:"org_id"`
	Kind       Kind         `db:"kind" json:"kind" enum:"customers,accounts,contacts"`
	Mode       Mode         `db:"mode" json:"mode" enum:"create,update,both"`
	State      State        `db:"state" json:"state" enum:"uploaded,checking,checked,running,done,failed,cancelled,reverting,reverted,discarded"`
	FileName   string       `db:"-" json:"file_name"`
	SealedName []byte       `db:"file_name" json:"-"`
	Format     sheet.Format `db:"format" json:"format" enum:"csv,xlsx"`
	Size       int64        `db:"size" json:"size" doc:"bytes"`
	SHA256     []byte       `db:"sha256" json:"-"`
	RowsTotal  int64        `db:"rows_total" json:"rows_total" doc:"0: not counted yet; of a revert its portions"`
	RowsDone   int64        `db:"rows_done" json:"rows_done" doc:"of the step under way: check, run or revert"`
	Planned    Counts       `db:"planned" json:"planned" doc:"what the dry run found"`
	Counts     Counts       `db:"counts" json:"counts" doc:"what was done; of a reverted import what was taken back"`
	Error      Stop         `db:"error" json:"error,omitzero" doc:"why the file or the import stopped"`
	JobID      id.ID        `db:"job_id" json:"job_id,omitzero"`
	CreatedBy  id.ID        `db:"created_by" json:"created_by,omitzero"`
	ByName     string       `db:"created_name" json:"created_name"`
	CreatedAt  when.Instant `db:"created_at" json:"created_at"`
	StartedAt  when.Instant `db:"started_at" json:"started_at,omitzero"`
	FinishedAt when.Instant `db:"finished_at" json:"finished_at,omitzero"`
	Version    int64        `db:"version" json:"version"`
}

// Counts are the outcome of rows. A row counts once among customers made,
// changed, unchanged, skipped and rejected (of a file of accounts or contacts:
// among those), and what else it made besides.
type Counts struct {
	Rows             int64 `json:"rows"`
	CustomersCreated int64 `json:"customers_created"`
	CustomersUpdated int64 `json:"customers_updated"`
	AccountsCreated  int64 `json:"accounts_created"`
	AccountsUpdated  int64 `json:"accounts_updated"`
	MetersCreated    int64 `json:"meters_created"`
	ContactsAdded    int64 `json:"contacts_added"`
	Unchanged        int64 `json:"unchanged" doc:"rows that say what is known"`
	Skipped          int64 `json:"skipped" doc:"rows the mode leaves out"`
	Rejected         int64 `json:"rejected" doc:"rows with something wrong"`
	Kept             int64 `json:"kept" doc:"records a revert left alone: changed since"`
	// OpenEnd tells that the last line has no line end: the file may be cut.
	OpenEnd bool `json:"open_end,omitempty"`
}

func (c *Counts) add(d Counts) {
	c.Rows += d.Rows
	c.CustomersCreated += d.CustomersCreated
	c.CustomersUpdated += d.CustomersUpdated
	c.AccountsCreated += d.AccountsCreated
	c.AccountsUpdated += d.AccountsUpdated
	c.MetersCreated += d.MetersCreated
	c.ContactsAdded += d.ContactsAdded
	c.Unchanged += d.Unchanged
	c.Skipped += d.Skipped
	c.Rejected += d.Rejected
	c.Kept += d.Kept
	c.OpenEnd = c.OpenEnd || d.OpenEnd
}

// Stop is an error that ended a step: its code with what its sentence names.
type Stop struct {
	Code   string         `json:"code,omitempty"`
	Params map[string]any `json:"params,omitempty"`
}

func stopOf(f *fault.Error) Stop { return Stop{Code: f.Code, Params: f.Params} }

// setup is what is known of the columns. It is kept sealed.
type setup struct {
	Header   []string    `json:"header"`
	Encoding cn.Encoding `json:"encoding,omitempty"`
	Sheet    string      `json:"sheet,omitempty"`
	Sheets   []string    `json:"sheets,omitempty"`
	Mapping  Mapping     `json:"mapping"`
	// Remembered tells that the mapping is that of an earlier file with the same
	// headings.
	Remembered bool `json:"remembered,omitempty"`
}

func (s setup) options() sheet.Options { return sheet.Options{Encoding: s.Encoding, Sheet: s.Sheet} }
