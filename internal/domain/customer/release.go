package customer

import (
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Releases lets data leave whole by an approval (A6); lookup implements it.
type Releases interface {
	// ReleaseTx registers what leaves of the customers of a running look-up of the
	// caller's, which was approved for it.
	ReleaseTx(tx *db.Tx, who access.Who, lookup id.ID, t Taking) (Release, error)
	// ReleasedTx gives what the caller took, while its look-up runs.
	ReleasedTx(tx *db.Tx, who access.Who, release id.ID) (Release, error)
	// OwnTx registers a file that belongs to no customer, so that nobody could be asked
	// about it: who decides about look-ups takes it himself; basis is what it hangs on.
	OwnTx(tx *db.Tx, who access.Who, org, basis id.ID, t Taking) (Mark, error)
	// ReturnTx registers that rows somebody sent in go back to him, which needs no
	// approval; basis is what he sent.
	ReturnTx(tx *db.Tx, who access.Who, org, basis id.ID, t Taking) (Mark, error)
	// MarkTx gives the mark of what was taken, for a job that writes the file.
	MarkTx(tx *db.Tx, org, release id.ID) (Mark, error)
}

// SetReleases wires the approvals; app calls it once.
func (s *Service) SetReleases(r Releases) { s.releases = r }

// What leaves; words: lookup.what.NAME.
const (
	WhatExport     = "customers"
	WhatCard       = "card"
	WhatAssessment = "assessment"
	WhatStatistics = "statistics"
	WhatContract   = "contract"
	WhatSupply     = "supply_list"
	WhatPerson     = "person_data"
	WhatRows       = "import_rows"
	WhatAttachment = "attachment"
	WhatCaseFile   = "case_file"
	WhatWorkOrder  = "work_order"
	WhatThanks     = "thanks_letter"
)

// Sheets are what is printed of a customer.
var Sheets = []string{WhatCard, WhatAssessment, WhatStatistics, WhatContract, WhatWorkOrder, WhatThanks}

// Taking says what is to leave: a file, or a sheet about one customer.
type Taking struct {
	What     string
	Customer id.ID // of a sheet
	Object   id.ID // the file, where it is kept
}

// Paper tells whether it is a sheet.
func (t Taking) Paper() bool { return slices.Contains(Sheets, t.What) }

// Mark is what a file or sheet carries that leaves with data shown whole: by its
// serial number it names its taker.
type Mark struct {
	Serial string       `json:"serial"`
	Taker  string       `json:"taker"`
	At     when.Instant `json:"at"`
}

// Words are the parameters of sentences about a mark.
func (m Mark) Words() map[string]any {
	return map[string]any{"serial": m.Serial, "name": m.Taker, "at": m.minute()}
}

func (m Mark) minute() string { return m.At.Time().In(when.Zone).Format("2006-01-02 15:04") }

// Release is something that leaves with the data of its customers shown whole.
type Release struct {
	ID     id.ID  `json:"id"`
	OrgID  id.ID  `json:"org_id"`
	Lookup id.ID  `json:"lookup"`
	What   string `json:"what"`
	Mark
	UntilAt   when.Instant `json:"until_at"`
	Sensitive bool         `json:"sensitive"`
	Customers []id.ID      `json:"customers"`
}

// Sight shows the customers of a release. Without one nothing leaves whole,
// whatever its taker may see on the screen.
func (r *Release) Sight() Sight {
	if r == nil {
		return Sight{}
	}
	opened := make(openings, len(r.Customers))
	for _, c := range r.Customers {
		opened[c] = []Opening{{OrgID: r.OrgID, CustomerID: c, Sensitive: r.Sensitive}}
	}
	return Sight{opened: opened}
}

// Marked is the mark of a release, nil without one.
func (r *Release) Marked() *Mark {
	if r == nil {
		return nil
	}
	return &r.Mark
}

// ReleaseTx registers a file of the caller's running look-up; without one the file
// is masked and there is none. Errors: those of lookup.
func (s *Service) ReleaseTx(tx *db.Tx, who access.Who, lookup id.ID, t Taking) (*Release, error) {
	if lookup.IsZero() {
		return nil, nil
	}
	r, err := s.releases.ReleaseTx(tx, who, lookup, t)
	if err != nil {
		return nil, err
	}
	return &r, nil
}

// ReleasedTx gives what the caller took before. Errors: those of lookup.
func (s *Service) ReleasedTx(tx *db.Tx, who access.Who, release id.ID) (Release, error) {
	return s.releases.ReleasedTx(tx, who, release)
}

// SheetTx is the release of a sheet about a customer; none for a masked one.
// Errors: db.ErrNotFound of a sheet that was not taken, those of lookup.
func (s *Service) SheetTx(tx *db.Tx, who access.Who, release id.ID, t Taking) (*Release, error) {
	if release.IsZero() {
		return nil, nil
	}
	r, err := s.releases.ReleasedTx(tx, who, release)
	if err != nil {
		return nil, err
	}
	if r.What != t.What || !slices.Equal(r.Customers, []id.ID{t.Customer}) {
		return nil, db.ErrNotFound
	}
	return &r, nil
}

// OwnTx registers a file that belongs to no customer. Errors: those of lookup.
func (s *Service) OwnTx(tx *db.Tx, who access.Who, org, basis id.ID, t Taking) (Mark, error) {
	return s.releases.OwnTx(tx, who, org, basis, t)
}

// ReturnTx registers that rows go back to who sent them.
func (s *Service) ReturnTx(tx *db.Tx, who access.Who, org, basis id.ID) (Mark, error) {
	return s.releases.ReturnTx(tx, who, org, basis, Taking{What: WhatRows, Object: basis})
}

// MarkTx gives the mark of what was taken.
func (s *Service) MarkTx(tx *db.Tx, org, release id.ID) (Mark, error) {
	return s.releases.MarkTx(tx, org, release)
}

// exportSpec is what an export is made of.
type exportSpec struct {
	Filter
	Release *Release `json:"release,omitempty"`
}
