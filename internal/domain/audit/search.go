package audit

import (
	"context"
	"errors"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Filter says which entries a list holds; what is zero does not narrow it.
type Filter struct {
	OrgID      id.ID        `json:"org_id,omitzero"`
	ActorID    id.ID        `json:"actor_id,omitzero"`
	Action     string       `json:"action,omitempty"`
	Kind       Kind         `json:"kind,omitempty"`
	ObjectType string       `json:"object_type,omitempty"`
	ObjectID   id.ID        `json:"object_id,omitzero"`
	From       when.Instant `json:"from,omitzero"`
	To         when.Instant `json:"to,omitzero"`
	Text       string       `json:"text,omitempty"`
}

// EntryView is an entry as a list shows it.
type EntryView struct {
	ID         id.ID        `json:"id"`
	OrgID      id.ID        `json:"org_id"`
	Number     int64        `json:"number" doc:"in the chain of the company; 0: not sealed yet"`
	At         when.Instant `json:"at"`
	ActorID    id.ID        `json:"actor_id,omitzero"`
	ActorName  string       `json:"actor_name"`
	Action     string       `json:"action"`
	ActionText string       `json:"action_text"`
	Kind       Kind         `json:"kind" enum:"change,read,export,session"`
	ObjectType string       `json:"object_type"`
	ObjectText string       `json:"object_text" doc:"the type in words"`
	ObjectID   id.ID        `json:"object_id,omitzero"`
	ObjectName string       `json:"object_name,omitempty" doc:"as the caller may see it"`
	HasContent bool         `json:"has_content" doc:"there is something to open"`
}

// Opened is an entry with what was before and after.
type Opened struct {
	EntryView
	Before  string `json:"before,omitempty" doc:"JSON"`
	After   string `json:"after,omitempty" doc:"JSON"`
	Erased  bool   `json:"erased,omitempty" doc:"the customer's key was destroyed: nobody can open it any more"`
	Genuine bool   `json:"genuine" doc:"the entry is as it was written"`
	MAC     Hex    `json:"mac"`
	Hash    Hex    `json:"hash,omitempty" doc:"of its link"`
}

// position is where a page begins.
type position struct {
	At when.Instant
	ID id.ID
}

const listName = "audit.list -at"

// Found is a page of entries.
type Found struct {
	Items      []EntryView  `json:"items" nullable:"false"`
	NextCursor string       `json:"next_cursor,omitempty" doc:"absent on the last page"`
	SearchedTo when.Instant `json:"searched_to,omitzero" doc:"the search stopped here, before the page was full; it goes on by the cursor"`
}

// Search lists entries, the newest first, in words of the language. What no index finds
// is looked for among a bounded number of entries at a time.
func (s *Service) Search(ctx context.Context, lang string, f Filter, cursor string, limit int) (found Found, err error) {
	who, err := s.Guard.Reach(ctx, PermList)
	if err != nil {
		return found, err
	}
	var from position
	if _, err := s.Cursors.Decode(listName, cursor, (*int64)(&from.At), &from.ID); err != nil {
		return found, err
	}
	var last *position
	found.Items, last, err = s.page(ctx, lang, who, f, from, limit)
	if err != nil || last == nil {
		return found, err
	}
	if len(found.Items) < limit {
		found.SearchedTo = last.At
	}
	found.NextCursor, err = s.Cursors.Encode(listName, int64(last.At), last.ID)
	return found, err
}

// page reads a page of entries after a position; last is where the next begins,
// nil at the end.
func (s *Service) page(ctx context.Context, lang string, who Reach, f Filter, from position, limit int) (views []EntryView, last *position, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		scope, window := who.Nodes.Narrow(f.OrgID), f
		if f.scans() {
			if last, err = windowEnd(tx, scope, f, from, s.window); err != nil {
				return err
			}
			if last != nil {
				window.From = last.At
			}
		}
		rows, err := searchEntries(tx, scope, window, s.actionsLike(f.Text), from, limit+1)
		if err != nil {
			return err
		}
		if len(rows) > limit {
			rows = rows[:limit]
			last = &position{rows[limit-1].At, rows[limit-1].ID}
		}
		views, err = s.viewsTx(ctx, tx, lang, rows)
		return err
	})
	return views, last, err
}

// maxScanned is how many entries of a company are read for one page of what no index
// finds: a fraction of a second's work.
const maxScanned = 50_000

// scans tells whether no index finds what the filter asks for.
func (f Filter) scans() bool {
	_, err := id.Parse(f.Text)
	return f.ObjectID.IsZero() && (f.Text != "" && err != nil || f.Kind != "" || f.ObjectType != "")
}

// actionsLike are the actions whose words hold the text.
func (s *Service) actionsLike(text string) (actions []string) {
	if text == "" {
		return nil
	}
	text = strings.ToLower(text)
	for _, a := range s.Actions() {
		for _, lang := range []string{"zh", "en"} {
			if strings.Contains(strings.ToLower(s.Text(lang, actionKey+a, nil)), text) {
				actions = append(actions, a)
				break
			}
		}
	}
	return actions
}

// The keys of words begin so.
const (
	actionKey = "audit_action."
	objectKey = "audit_object."
)

func (s *Service) viewsTx(ctx context.Context, tx *db.Tx, lang string, rows []searchRow) ([]EntryView, error) {
	entries := make([]Entry, len(rows))
	for i, r := range rows {
		entries[i] = r.Entry
	}
	names, err := s.Objects.NamesTx(ctx, tx, entries)
	if err != nil {
		return nil, err
	}
	views := make([]EntryView, len(rows))
	for i, r := range rows {
		views[i] = EntryView{ID: r.ID, OrgID: r.OrgID, Number: r.Number, At: r.At, ActorID: r.ActorID, ActorName: r.ActorName, Action: r.Action, Kind: KindOf(r.Action),
			ActionText: s.word(lang, actionKey, r.Action), ObjectType: r.ObjectType, ObjectText: s.word(lang, objectKey, r.ObjectType),
			ObjectID: r.ObjectID, ObjectName: names[r.ObjectID], HasContent: r.HasContent}
	}
	return views, nil
}

// word is the catalogue's word, or the code where it has none.
func (s *Service) word(lang, prefix, code string) string {
	return strings.TrimPrefix(s.Text(lang, prefix+code, nil), prefix)
}

// Open shows what an entry's change was, and writes down who looked. Error:
// db.ErrNotFound.
func (s *Service) Open(ctx context.Context, lang string, i id.ID) (o Opened, err error) {
	who, err := s.Guard.Reach(ctx, PermOpen)
	if err != nil {
		return Opened{}, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		r, err := entryByID(tx, who.Nodes, i)
		if err != nil {
			return err
		}
		if o, err = s.openTx(ctx, tx, lang, r); err != nil {
			return err
		}
		return s.Log.ReadTx(tx, Reading{OrgID: r.OrgID, Actor: who.Actor, Action: PermOpen, ObjectType: "audit_entry", ObjectID: r.ID})
	})
	return o, err
}

func (s *Service) openTx(ctx context.Context, tx *db.Tx, lang string, r fullRow) (o Opened, err error) {
	views, err := s.viewsTx(ctx, tx, lang, []searchRow{r.searchRow()})
	if err != nil {
		return Opened{}, err
	}
	company, err := s.Log.keys.CompanyTx(tx, r.OrgID)
	if err != nil {
		return Opened{}, err
	}
	o = Opened{EntryView: views[0], Genuine: r.Genuine(company), MAC: r.MAC, Hash: r.Hash}
	o.Before, o.After, err = s.Log.OpenTx(tx, r.Entry, nil)
	if !errors.Is(err, crypt.ErrSealed) {
		return o, err
	}
	subject, err := s.Objects.SubjectTx(tx, r.Entry)
	if err != nil {
		return Opened{}, err
	}
	if subject != nil {
		o.Before, o.After, err = s.Log.OpenTx(tx, r.Entry, subject)
	}
	if subject == nil || errors.Is(err, crypt.ErrSealed) {
		o.Before, o.After, o.Erased, err = "", "", true, nil
	}
	return o, err
}
