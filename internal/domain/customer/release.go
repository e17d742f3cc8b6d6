package customer

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Releases lets data leave whole by an approval (A6); lookup implements it.
type Releases interface {
	// ReleaseTx registers a file of the customers of a running look-up of the caller
	// that he may export.
	ReleaseTx(tx *db.Tx, who access.Who, lookup, file id.ID) (Release, error)
	// HeldTx tells whether the caller's look-up still runs.
	HeldTx(tx *db.Tx, who access.Who, lookup id.ID) error
}

// SetReleases wires the approvals; app calls it once.
func (s *Service) SetReleases(r Releases) { s.releases = r }

// Release is what a file that leaves whole carries: a serial number by which it
// names its taker.
type Release struct {
	Lookup    id.ID        `json:"lookup"`
	Serial    string       `json:"serial"`
	Taker     string       `json:"taker"`
	At        when.Instant `json:"at"`
	UntilAt   when.Instant `json:"until_at"`
	Sensitive bool         `json:"sensitive"`
	Customers []id.ID      `json:"customers"`
}

// sight shows the customers of a release.
func (r Release) sight(org id.ID) Sight {
	opened := make(map[id.ID]Opening, len(r.Customers))
	for _, c := range r.Customers {
		opened[c] = Opening{OrgID: org, CustomerID: c, Sensitive: r.Sensitive}
	}
	return Sight{opened: opened}
}

// exportSpec is what an export is made of.
type exportSpec struct {
	Filter
	Release *Release `json:"release,omitempty"`
}
