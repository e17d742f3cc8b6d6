package feedback

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// NoteInput is a remark: among us, or words to the customer.
type NoteInput struct {
	Text     string   `json:"text" minLength:"1" maxLength:"5000"`
	Audience Audience `json:"audience,omitempty" enum:"internal,customer" default:"internal"`
	Mentions []id.ID  `json:"mentions,omitempty" maxItems:"20" doc:"who finds it in his tasks"`
}

// Note writes a remark on a case. Errors: validation, ErrOwner for a mention of somebody
// who sees no cases there, db.ErrNotFound, db.ErrKeyReused.
func (s *Service) Note(ctx context.Context, key string, i id.ID, in NoteInput) (e Event, err error) {
	who, err := access.Allow(ctx, PermNote)
	if err != nil {
		return e, err
	}
	var v fault.Validation
	in.Text = required(&v, "text", in.Text)
	if err := v.Err(); err != nil {
		return e, err
	}
	body, err := json.Marshal([]any{i, in})
	if err != nil {
		return e, fmt.Errorf("feedback: %w", err)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.viewTx(tx, who, i)
		if err != nil {
			return err
		}
		once := db.Once{OrgID: w.OrgID, UserID: who.UserID, Action: PermNote, Key: key, Body: body}
		made, _, err := tx.Once(once, func() (id.ID, error) { return w.noteTx(in) })
		if err != nil {
			return err
		}
		row, err := eventByID(tx, w.OrgID, made)
		if err != nil {
			return err
		}
		all, err := w.tellTx([]event{row})
		if err == nil {
			e = all[0]
		}
		return err
	})
	return e, err
}

func (w *work) noteTx(in NoteInput) (id.ID, error) {
	kind, audience := kindNote, Internal
	if in.Audience == Customer {
		kind, audience = kindReply, Customer
	}
	for _, m := range in.Mentions {
		sees, err := w.Users.ReachesTx(w.tx, m, PermGet, w.OrgID)
		if err != nil {
			return id.ID{}, err
		}
		if !sees {
			return id.ID{}, ErrOwner
		}
	}
	if err := w.happen(kind, audience, Params{Mentions: in.Mentions}, Words{Text: in.Text}); err != nil {
		return id.ID{}, err
	}
	if err := insertEvents(w.tx, w.happened); err != nil {
		return id.ID{}, err
	}
	if err := w.notifyTx(taskMention, in.Mentions, 0); err != nil {
		return id.ID{}, err
	}
	made := w.happened[len(w.happened)-1]
	return made.ID, w.partTx(PermNote, map[string]any{"case_no": w.CaseNo, "note": made.ID, "audience": audience})
}

// partTx records what became of something that hangs on the case.
func (w *work) partTx(action string, after any) error {
	return w.Audit.RecordTx(w.tx, audit.Change{OrgID: w.OrgID, Actor: w.actor, Action: action, ObjectType: object, ObjectID: w.ID, After: after})
}

// Watch has the caller told of what becomes of a case, or no longer. Error:
// db.ErrNotFound.
func (s *Service) Watch(ctx context.Context, i id.ID, watching bool) (d Detail, err error) {
	who, err := access.Allow(ctx, PermWatch)
	if err != nil {
		return d, err
	}
	return d, s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.viewTx(tx, who, i)
		if err != nil {
			return err
		}
		if err := setWatch(tx, w.OrgID, i, who.UserID, watching); err != nil {
			return err
		}
		if err := w.partTx(PermWatch, map[string]any{"case_no": w.CaseNo, "watching": watching}); err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, i)
		return err
	})
}

// The kinds of links.
const (
	linkRelated = "related"
	linkSplit   = "split" // other was made of a part of the case
	linkJoined  = "joined"
)

// Link is another case that belongs to one.
type Link struct {
	CaseID id.ID  `json:"case_id"`
	Kind   string `json:"kind" enum:"related,split,split_from,joined,leads"`
	CaseNo string `json:"case_no"`
	Type   Type   `json:"type" enum:"fault,inquiry,complaint,report,opinion,suggestion,praise,service_request"`
	State  State  `json:"state" enum:"registered,dispatched,accepted,waiting,resolved,closed,withdrawn,joined"`
	Title  string `json:"title"`
}

// linksTx lists what belongs to the case: links, the leading case, and those it leads.
func (w *work) linksTx() ([]Link, error) {
	rows, err := linksOf(w.tx, w.OrgID, w.ID)
	if err != nil {
		return nil, err
	}
	kinds, ids := map[id.ID]string{}, []id.ID{}
	add := func(i id.ID, kind string) {
		if kinds[i] == "" {
			ids = append(ids, i)
		}
		kinds[i] = kind
	}
	for _, l := range rows {
		switch {
		case l.CaseID == w.ID:
			add(l.OtherID, l.Kind)
		case l.Kind == linkSplit:
			add(l.CaseID, "split_from")
		default:
			add(l.CaseID, l.Kind)
		}
	}
	if !w.LeadID.IsZero() {
		add(w.LeadID, linkJoined)
	}
	led, err := ledBy(w.tx, w.OrgID, w.ID)
	if err != nil {
		return nil, err
	}
	for _, i := range led[:min(len(led), 100)] {
		add(i, "leads")
	}
	others, err := casesByID(w.tx, w.OrgID, ids)
	if err != nil {
		return nil, err
	}
	shown, err := w.showTx(w.tx, w.who, others)
	if err != nil {
		return nil, err
	}
	all := make([]Link, len(shown))
	for i, c := range shown {
		all[i] = Link{CaseID: c.ID, Kind: kinds[c.ID], CaseNo: c.CaseNo, Type: c.Type, State: c.State, Title: c.Title}
	}
	return all, nil
}

// LinkInput names the other case.
type LinkInput struct {
	OtherID id.ID `json:"other_id"`
}

// Link notes that two cases belong together. Errors: ErrLinked, db.ErrNotFound,
// db.ErrStale.
func (s *Service) Link(ctx context.Context, i id.ID, version int64, in LinkInput) (Detail, error) {
	return s.relate(ctx, i, version, in.OtherID, PermLink, kindLinked, func(tx *db.Tx, org id.ID) error {
		if i == in.OtherID {
			return ErrLinked
		}
		return insertLink(tx, org, i, in.OtherID, linkRelated)
	})
}

// Unlink takes such a note back. Errors: as of Link.
func (s *Service) Unlink(ctx context.Context, i id.ID, version int64, other id.ID) (Detail, error) {
	return s.relate(ctx, i, version, other, opUnlink, kindUnlinked, func(tx *db.Tx, org id.ID) error { return deleteLink(tx, org, i, other) })
}

func (s *Service) relate(ctx context.Context, i id.ID, version int64, other id.ID, action, kind string, fn func(tx *db.Tx, org id.ID) error) (d Detail, err error) {
	who, err := access.Allow(ctx, PermLink)
	if err != nil {
		return d, err
	}
	return d, s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.openTx(tx, who.Scope, who, i)
		if err != nil {
			return err
		}
		if w.Version != version {
			return db.ErrStale
		}
		o, err := caseByID(tx, db.ScopeOf(w.OrgID), other)
		if err != nil {
			return err
		}
		if err := fn(tx, w.OrgID); err != nil {
			return err
		}
		if err := w.happen(kind, Internal, Params{CaseID: o.ID, CaseNo: o.CaseNo}, Words{}); err != nil {
			return err
		}
		if err := w.saveTx(action); err != nil {
			return err
		}
		d, err = s.detailTx(tx, who, i)
		return err
	})
}
