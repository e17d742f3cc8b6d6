package audit

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Fault says what is wrong at a place of the log.
type Fault string

// The faults. Of the last three an honest clock or key can be the cause.
const (
	Changed     Fault = "changed"      // the entry is not as it was written
	Missing     Fault = "missing"      // a link's entry is gone
	Gap         Fault = "gap"          // links are gone; the entry is the next one there is
	Moved       Fault = "moved"        // the link's hash does not follow: moved, swapped or put in
	Unchained   Fault = "unchained"    // an entry stands in no chain and does not wait for one
	Truncated   Fault = "truncated"    // a chain ends before the number it had; the entry is the last one there is
	EndDiffers  Fault = "end_differs"  // the end of the chain is not what its last link says
	HeadForged  Fault = "head_forged"  // a head bears no signature of this installation
	HeadDiffers Fault = "head_differs" // the chain is not what a head, or one noted elsewhere, says
	NoKey       Fault = "no_key"       // the company's key cannot be opened: nothing of it can be checked
	ClockBack   Fault = "clock_back"   // a head is dated before the one before it
	Removed     Fault = "removed"      // the noted head was removed by the rule of retention
)

// Finding is a fault and where it is.
type Finding struct {
	Fault   Fault        `json:"fault"`
	OrgID   id.ID        `json:"org_id"`
	Number  int64        `json:"number,omitempty" doc:"in the chain"`
	EntryID id.ID        `json:"entry_id,omitzero"`
	At      when.Instant `json:"at,omitzero"`
}

// maxFindings bounds the findings a report lists; it counts all.
const maxFindings = 100

// Report is the outcome of walking the log.
type Report struct {
	Whole        bool         `json:"whole" doc:"nothing is broken"`
	Entries      int64        `json:"entries" doc:"walked, the unsealed ones included"`
	Unsealed     int64        `json:"unsealed" doc:"entries in no chain yet"`
	UnsealedFrom when.Instant `json:"unsealed_from,omitzero" doc:"the oldest of them"`
	Heads        int64        `json:"heads" doc:"signed heads checked"`
	Removed      int64        `json:"removed" doc:"entries removed by the rule of retention"`
	BrokenCount  int64        `json:"broken_count"`
	Broken       []Finding    `json:"broken" nullable:"false" doc:"the first ones, in the order of each chain"`
	Notes        []Finding    `json:"notes" nullable:"false" doc:"what is worth knowing and breaks nothing"`
	Tips         []Head       `json:"tips" nullable:"false" doc:"the last head of each chain: note it elsewhere"`
	PublicKey    Hex          `json:"public_key" doc:"Ed25519 key that signs heads and exports"`
	At           when.Instant `json:"at"`
}

func newReport(at when.Instant) *Report {
	return &Report{Whole: true, Broken: []Finding{}, Notes: []Finding{}, Tips: []Head{}, PublicKey: Hex{}, At: at}
}

func (r *Report) broken(f Finding) {
	r.Whole = false
	r.BrokenCount++
	if len(r.Broken) < maxFindings {
		r.Broken = append(r.Broken, f)
	}
}

func (r *Report) note(f Finding) {
	if len(r.Notes) < maxFindings {
		r.Notes = append(r.Notes, f)
	}
}
