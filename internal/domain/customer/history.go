package customer

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// HistoryEntry is one change of a customer or of one of his parts, from the audit
// log.
type HistoryEntry struct {
	ID        id.ID        `json:"id"`
	At        when.Instant `json:"at"`
	ActorName string       `json:"actor_name"`
	Action    string       `json:"action" doc:"operation that was called, such as customer.edit_note"`
	Part      string       `json:"part,omitempty" doc:"note, interaction, …; absent: the customer himself"`
	Changes   []Change     `json:"changes" nullable:"false"`
	Proposal  *Origin      `json:"proposal,omitempty" doc:"whose proposal the change was made by"`
}

// Change is one field that changed. Path is as in the customer's JSON; elements
// of lists stand by their id: "contacts[ID].value".
type Change struct {
	Path   string `json:"path"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	Hidden bool   `json:"hidden,omitempty" doc:"the caller may not read the values"`
}

// History lists the changes of a customer, the newest first, personal data as the
// caller may see it. It ends with his making, unless an import made him, whose
// audit entry tells of many. Error: db.ErrNotFound.
func (s *Service) History(ctx context.Context, customer id.ID, p Page) (all []HistoryEntry, next string, err error) {
	who, err := access.Allow(ctx, PermHistory)
	if err != nil {
		return nil, "", err
	}
	sight := SightOf(ctx)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		o, err := s.readOwnerTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		list := "customer.history " + customer.String()
		var before id.ID
		if _, err := s.Cursors.Decode(list, p.Cursor, &before); err != nil {
			return err
		}
		entries, err := s.Audit.HistoryBeforeTx(tx, db.ScopeOf(o.OrgID), customer, before, p.Limit+1)
		if err != nil {
			return err
		}
		if len(entries) > p.Limit {
			entries = entries[:p.Limit]
			if next, err = s.Cursors.Encode(list, entries[p.Limit-1].ID); err != nil {
				return err
			}
		}
		all = make([]HistoryEntry, len(entries))
		for i, e := range entries {
			if all[i], err = s.historyEntryTx(tx, o, sight, e); err != nil {
				return err
			}
		}
		return s.nameManagersTx(tx, all)
	})
	return all, next, err
}

// nameManagersTx puts names where changes hold the ids of account managers.
func (s *Service) nameManagersTx(tx *db.Tx, all []HistoryEntry) error {
	var managers []id.ID
	var named []*string
	for i := range all {
		for j := range all[i].Changes {
			c := &all[i].Changes[j]
			if c.Path != "manager_id" {
				continue
			}
			c.Path = "manager_name"
			for _, value := range []*string{&c.Before, &c.After} {
				if m, err := id.Parse(*value); err == nil {
					managers, named = append(managers, m), append(named, value)
				}
			}
		}
	}
	if len(managers) == 0 {
		return nil
	}
	names, err := s.Users.NamesTx(tx, managers)
	for i, value := range named {
		*value = names[managers[i]]
	}
	return err
}

func (s *Service) historyEntryTx(tx *db.Tx, o owner, sight Sight, e audit.Entry) (HistoryEntry, error) {
	if o.Status == Erased {
		return HistoryEntry{ID: e.ID, At: e.At, ActorName: e.ActorName, Action: e.Action, Part: partOf(e), Changes: []Change{}}, nil
	}
	before, after, err := s.Audit.OpenTx(tx, e, o.subject)
	if err != nil {
		return HistoryEntry{}, err
	}
	h := HistoryEntry{ID: e.ID, At: e.At, ActorName: e.ActorName, Action: e.Action, Part: partOf(e)}
	h.Proposal = originOf(after)
	plain := sight.Sees(o.OrgID, o.ID, FieldHistory)
	if h.Part != "" {
		h.Changes = changes(flattenJSON([]byte(before)), flattenJSON([]byte(after)))
		if !plain {
			conceal(h.Changes)
		}
		return h, nil
	}
	h.Changes = changes(flattenJSON([]byte(before)), flattenJSON([]byte(after)))
	if plain {
		return h, nil
	}
	shownBefore, err := maskedSnapshot(before)
	if err != nil {
		return HistoryEntry{}, err
	}
	shownAfter, err := maskedSnapshot(after)
	if err != nil {
		return HistoryEntry{}, err
	}
	for i, c := range h.Changes {
		b, a := shownBefore[c.Path], shownAfter[c.Path]
		h.Changes[i] = Change{Path: c.Path, Before: b, After: a, Hidden: b+a == ""}
	}
	return h, nil
}

// partOf is what of the customer an entry is about.
func partOf(e audit.Entry) string {
	return strings.TrimPrefix(strings.TrimPrefix(e.ObjectType, "customer"), ".")
}

func conceal(all []Change) {
	for i := range all {
		all[i] = Change{Path: all[i].Path, Hidden: true}
	}
}

// maskedSnapshot gives the fields of a kept customer as a caller without the
// right may see them; fields of the company are left out.
func maskedSnapshot(raw string) (map[string]string, error) {
	if raw == "" {
		return nil, nil
	}
	var was snapshot
	if err := json.Unmarshal([]byte(raw), &was); err != nil {
		return nil, err
	}
	return flatten(snapshot{Customer: Sight{}.customer(was.Customer)}), nil
}

// changes are the paths whose values differ.
func changes(before, after map[string]string) []Change {
	all := []Change{}
	paths := append(sortedKeys(before), sortedKeys(after)...)
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		if before[path] != after[path] && !slices.Contains(quiet, path) && !strings.HasSuffix(path, "].id") && !strings.HasPrefix(path, originKey) {
			all = append(all, Change{Path: path, Before: before[path], After: after[path]})
		}
	}
	return all
}

// quiet are the paths that tell a reader nothing.
var quiet = []string{"id", "org_id", "version", "created_at", "updated_at", "masked", "customer_id", "at"}
