package proposal

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
)

// State is where a proposal stands.
type State string

// The states.
const (
	Submitted State = "submitted"
	Returned  State = "returned"
	Endorsed  State = "endorsed"
	Accepted  State = "accepted"
	Partly    State = "partly"
	Rejected  State = "rejected"
	Withdrawn State = "withdrawn"
)

// decided are the states of a proposal a maintainer has decided.
var decided = []State{Accepted, Partly, Rejected}

// moves is the transition table.
var moves = map[State][]State{
	Submitted: {Endorsed, Returned, Withdrawn},
	Returned:  {Submitted, Withdrawn},
	Endorsed:  {Accepted, Partly, Rejected, Withdrawn},
}

func (s State) check(to State) error {
	if slices.Contains(moves[s], to) {
		return nil
	}
	return ErrState.With("state", string(s))
}

// live tells whether something can still become of it.
func (s State) live() bool { return len(moves[s]) > 0 }

// Input is what somebody proposes: a change of a customer, or a new one.
type Input struct {
	OrgID           id.ID                 `json:"org_id,omitzero" doc:"company of a new customer; needed by callers of several"`
	CustomerID      id.ID                 `json:"customer_id,omitzero" doc:"whom to change; or customer"`
	CustomerVersion int64                 `json:"customer_version,omitempty" doc:"the version of the customer the change was made from"`
	Change          *customer.UpdateInput `json:"change,omitempty"`
	Fields          map[string]string     `json:"fields,omitempty" doc:"company-defined fields to change: value by field code"`
	Customer        *customer.CreateInput `json:"customer,omitempty" doc:"a new customer"`
	ReceptionID     id.ID                 `json:"reception_id,omitzero" doc:"the visit the new customer is proposed for; tied to him when he is made"`
	Reason          string                `json:"reason" minLength:"1" maxLength:"500"`
}

func (in Input) validate() error {
	var v fault.Validation
	v.Check(strings.TrimSpace(in.Reason) != "", "reason", "required")
	v.Check(in.CustomerID.IsZero() != (in.Customer == nil), "customer_id", "required")
	return v.Err()
}

// typed are the values in it.
func (in Input) typed() map[string]bool {
	raw, err := json.Marshal(in)
	if err != nil {
		return nil
	}
	var tree any
	values := map[string]bool{}
	if json.Unmarshal(raw, &tree) == nil {
		collect(values, tree)
	}
	return values
}

func collect(values map[string]bool, v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, x := range v {
			collect(values, x)
		}
	case []any:
		for _, x := range v {
			collect(values, x)
		}
	case string:
		values[v] = true
	}
}

// Verdict is what a maintainer says of one thing proposed.
type Verdict struct {
	Key    string `json:"key" maxLength:"200"`
	Accept bool   `json:"accept"`
	Word   string `json:"word,omitempty" maxLength:"200" doc:"why not; needed for what is rejected"`
}

// DecideInput holds a verdict on everything proposed.
type DecideInput struct {
	Verdicts          []Verdict `json:"verdicts" minItems:"1" maxItems:"200"`
	CustomerVersion   int64     `json:"customer_version,omitempty" doc:"version of the customer that was looked at"`
	ConfirmDuplicates bool      `json:"confirm_duplicates,omitempty"`
}

// accepted checks that there is one verdict for each key, and gives the keys that
// are accepted.
func (in DecideInput) accepted(keys []string, isNew bool) (accepted []string, err error) {
	var v fault.Validation
	said := map[string]Verdict{}
	for i, x := range in.Verdicts {
		name := fmt.Sprintf("verdicts[%d]", i)
		_, again := said[x.Key]
		v.Check(!again, name, "repeated")
		v.Check(slices.Contains(keys, x.Key), name, "no_such")
		v.Check(x.Accept || strings.TrimSpace(x.Word) != "", name+".word", "required")
		said[x.Key] = x
	}
	for _, key := range keys {
		x, ok := said[key]
		v.Check(ok, "verdicts", "missing", "key", key)
		if x.Accept {
			accepted = append(accepted, key)
		}
	}
	whole := !isNew || len(accepted) == 0 || slices.Contains(accepted, "kind") && slices.Contains(accepted, "name")
	v.Check(whole, "verdicts", "needs_name")
	return accepted, v.Err()
}

func outcome(accepted, keys int) State {
	switch accepted {
	case 0:
		return Rejected
	case keys:
		return Accepted
	}
	return Partly
}

// body is what of a proposal is sealed.
type body struct {
	Input      Input               `json:"input"`
	Alteration customer.Alteration `json:"alteration"`
	Returned   string              `json:"returned,omitempty"`
	Verdicts   []Verdict           `json:"verdicts,omitempty"`
}

// Proposal is a row of a list.
type Proposal struct {
	ID           id.ID        `json:"id"`
	OrgID        id.ID        `json:"org_id"`
	State        State        `json:"state" enum:"submitted,returned,endorsed,accepted,partly,rejected,withdrawn"`
	New          bool         `json:"new" doc:"of a new customer"`
	CustomerID   id.ID        `json:"customer_id,omitzero"`
	CustomerNo   string       `json:"customer_no,omitempty"`
	CustomerName string       `json:"customer_name" doc:"as the caller may see it; empty when his data were erased"`
	Fields       []string     `json:"fields" nullable:"false" doc:"what is proposed to change, without the ids of list elements"`
	ReceptionID  id.ID        `json:"reception_id,omitzero"`
	ProposerID   id.ID        `json:"proposer_id"`
	ProposerName string       `json:"proposer_name"`
	EndorserID   id.ID        `json:"endorser_id,omitzero"`
	EndorserName string       `json:"endorser_name,omitempty" doc:"who endorsed it or sent it back"`
	DeciderName  string       `json:"decider_name,omitempty"`
	SubmittedAt  when.Instant `json:"submitted_at"`
	EndorsedAt   when.Instant `json:"endorsed_at,omitzero"`
	DecidedAt    when.Instant `json:"decided_at,omitzero"`
	Version      int64        `json:"version"`
}

// Item is one thing proposed, with the verdict on it.
type Item struct {
	customer.Altered
	Verdict *Verdict `json:"verdict,omitempty"`
}

// Detail is a whole proposal.
type Detail struct {
	Proposal
	Reason          string   `json:"reason"`
	Returned        string   `json:"returned,omitempty" doc:"why the supervisor sent it back"`
	Items           []Item   `json:"items" nullable:"false"`
	Input           *Input   `json:"input,omitempty" doc:"what was typed, for its proposer to correct"`
	CustomerVersion int64    `json:"customer_version,omitempty" doc:"of the customer as he stands"`
	Erased          bool     `json:"erased" doc:"the customer's data were erased, and this with them"`
	May             []string `json:"may" nullable:"false" doc:"what the caller may do: correct, withdraw, endorse, return, decide"`
}

// fieldNames are keys without the ids of list elements, each once.
func fieldNames(keys []string) []string {
	names := make([]string, len(keys))
	for i, key := range keys {
		names[i], _, _ = strings.Cut(key, "[")
	}
	slices.Sort(names)
	return slices.Compact(names)
}
