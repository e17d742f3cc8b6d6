package customer

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/money"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Mode is how one was in touch.
type Mode string

// The modes.
const (
	Visit   Mode = "visit"   // we went to the customer
	Counter Mode = "counter" // the customer came to us
	Call    Mode = "call"
	SMS     Mode = "sms"
	Chat    Mode = "wechat"
	Mail    Mode = "mail" // letter or e-mail
	Meeting Mode = "meeting"
	Other   Mode = "other"
)

// Interaction is one contact with a customer, or something done for him: the
// operation record of A1. Everything but time, mode and cost is sealed.
type Interaction struct {
	ID         id.ID `json:"id"`
	CustomerID id.ID `json:"customer_id"`
	InteractionInput
	AuthorID   id.ID        `json:"author_id,omitzero"`
	AuthorName string       `json:"author_name"`
	Version    int64        `json:"version"`
	CreatedAt  when.Instant `json:"created_at"`
}

// InteractionInput is what is recorded of a contact.
type InteractionInput struct {
	At      when.Instant `json:"at,omitzero" doc:"when it was; now when absent"`
	Mode    Mode         `json:"mode" enum:"visit,counter,call,sms,wechat,mail,meeting,other"`
	CostFen money.Fen    `json:"cost_fen,omitempty" minimum:"0" maximum:"100000000000" doc:"what was spent on the customer"`
	InteractionBody
}

// InteractionBody is the sealed part.
type InteractionBody struct {
	Place    string   `json:"place,omitempty" maxLength:"200"`
	Purpose  string   `json:"purpose,omitempty" maxLength:"200"`
	Content  string   `json:"content,omitempty" maxLength:"5000"`
	Services []string `json:"services,omitempty" maxItems:"20" doc:"services given"`
	Support  []string `json:"support,omitempty" maxItems:"20" doc:"cooperation and support given"`
}

func (in InteractionInput) validate(now when.Instant) error {
	var v fault.Validation
	v.Check(strings.TrimSpace(in.Purpose+in.Content) != "" || len(in.Services)+len(in.Support) > 0, "content", "required")
	v.Check(in.At <= now.Add(time.Hour), "at", "in_future")
	v.Check(in.CostFen >= 0, "cost_fen", "too_small", "limit", 0)
	return v.Err()
}

func interactionPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "customer_interaction", Column: "body", ID: i}
}

// Interactions lists contacts with a customer, the newest first.
func (s *Service) Interactions(ctx context.Context, customer id.ID, p Page) (all []Interaction, next string, err error) {
	return partList[interactionRow, Interaction]{"interactions", selectOf(interactionColumns, "customer_interaction"), new(db.Query), openInteractions(SightOf(ctx))}.read(ctx, s, customer, p)
}

func openInteractions(sight Sight) func(tx *db.Tx, o owner, rows []interactionRow) ([]Interaction, error) {
	return func(tx *db.Tx, o owner, rows []interactionRow) ([]Interaction, error) {
		return openAll(tx, o, rows, func(r interactionRow, subject *crypt.Subject) (Interaction, error) {
			i := Interaction{ID: r.ID, CustomerID: r.CustomerID, AuthorID: r.AuthorID, AuthorName: r.AuthorName, Version: r.Version, CreatedAt: r.CreatedAt,
				InteractionInput: InteractionInput{At: r.At, Mode: r.Mode, CostFen: r.CostFen}}
			body, err := subject.Open(interactionPlace(r.ID), r.Body)
			if err != nil {
				return Interaction{}, err
			}
			if err := decode(body, &i.InteractionBody); err != nil {
				return Interaction{}, err
			}
			i.InteractionBody = i.shown(func(text string) string { return sight.Text(o.OrgID, o.ID, r.AuthorID, text) })
			return i, nil
		})
	}
}

// shown is the body with each text as it is shown.
func (b InteractionBody) shown(text func(string) string) InteractionBody {
	b.Place, b.Purpose, b.Content = text(b.Place), text(b.Purpose), text(b.Content)
	for _, list := range [][]string{b.Services, b.Support} {
		for i := range list {
			list[i] = text(list[i])
		}
	}
	return b
}

func sealBody(subject *crypt.Subject, p crypt.Place, body any) ([]byte, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("customer: %w", err)
	}
	return subject.Seal(p, string(raw)), nil
}

// Log records a contact. Errors: validation, db.ErrNotFound, ErrMerged.
func (s *Service) Log(ctx context.Context, key string, customer id.ID, in InteractionInput) (made Interaction, err error) {
	who, err := access.Allow(ctx, PermLog)
	if err != nil {
		return Interaction{}, err
	}
	if err := in.validate(s.DB.Now()); err != nil {
		return Interaction{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.writeOwnerTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		i, _, err := tx.Once(onceOf(who, o, PermLog, key, in), func() (id.ID, error) { return s.logTx(tx, who, o, in) })
		if err != nil {
			return err
		}
		made, err = interactionTx(tx, o, i)
		return err
	})
	return made, err
}

func (s *Service) logTx(tx *db.Tx, who access.Who, o owner, in InteractionInput) (id.ID, error) {
	if in.At == 0 {
		in.At = tx.Now()
	}
	r := interactionRow{OrgID: o.OrgID, ID: tx.NewID(), CustomerID: o.ID, OriginID: o.ID, At: in.At, Mode: in.Mode, CostFen: in.CostFen,
		AuthorID: who.UserID, AuthorName: who.Name, Version: 1, CreatedAt: tx.Now()}
	var err error
	if r.Body, err = sealBody(o.subject, interactionPlace(r.ID), in.InteractionBody); err != nil {
		return id.ID{}, err
	}
	if err := insertInteraction(tx, r); err != nil {
		return id.ID{}, err
	}
	if err := s.TimelineTx(tx, r.event()); err != nil {
		return id.ID{}, err
	}
	return r.ID, s.recordPartTx(tx, who, o, PermLog, "interaction", nil, in)
}

func interactionTx(tx *db.Tx, o owner, i id.ID) (Interaction, error) {
	r, err := interactionByID(tx, o, i)
	if err != nil {
		return Interaction{}, err
	}
	all, err := openInteractions(everything(o.OrgID))(tx, o, []interactionRow{r})
	if err != nil {
		return Interaction{}, err
	}
	return all[0], nil
}

// EditLog corrects a contact one recorded oneself. Errors: db.ErrStale,
// ErrNotAuthor, as of Log.
func (s *Service) EditLog(ctx context.Context, customer, i id.ID, version int64, in InteractionInput) (after Interaction, err error) {
	who, err := access.Allow(ctx, PermLog)
	if err != nil {
		return Interaction{}, err
	}
	if err := in.validate(s.DB.Now()); err != nil {
		return Interaction{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.writeOwnerTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		before, err := interactionTx(tx, o, i)
		if err != nil {
			return err
		}
		if before.AuthorID != who.UserID {
			return ErrNotAuthor
		}
		if after, err = editInteractionTx(tx, o, i, version, in); err != nil {
			return err
		}
		return s.recordPartTx(tx, who, o, opEditLog, "interaction", before, after)
	})
	return after, err
}

func editInteractionTx(tx *db.Tx, o owner, i id.ID, version int64, in InteractionInput) (Interaction, error) {
	r, err := interactionByID(tx, o, i)
	if err != nil {
		return Interaction{}, err
	}
	subjects, err := o.subjectsTx(tx, []id.ID{r.OriginID})
	if err != nil {
		return Interaction{}, err
	}
	if in.At != 0 {
		r.At = in.At
	}
	r.Mode, r.CostFen = in.Mode, in.CostFen
	if r.Body, err = sealBody(subjects[r.OriginID], interactionPlace(r.ID), in.InteractionBody); err != nil {
		return Interaction{}, err
	}
	if err := updateInteraction(tx, r, version); err != nil {
		return Interaction{}, err
	}
	return interactionTx(tx, o, i)
}

// Spent sums up what was done for a customer in a time.
type Spent struct {
	Count   int64        `json:"count"`
	CostFen money.Fen    `json:"cost_fen"`
	LastAt  when.Instant `json:"last_at,omitzero"`
	Modes   []SpentMode  `json:"modes" nullable:"false"`
}

// SpentMode is the part of one mode.
type SpentMode struct {
	Mode    Mode         `db:"mode" json:"mode"`
	Count   int64        `db:"n" json:"count"`
	CostFen money.Fen    `db:"cost_fen" json:"cost_fen"`
	LastAt  when.Instant `db:"last_at" json:"last_at"`
}

// Spent sums up contacts and cost from a day to a day, both included; absent
// days do not bound.
func (s *Service) Spent(ctx context.Context, customer id.ID, from, to string) (sum Spent, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return Spent{}, err
	}
	var v fault.Validation
	first, until := between(&v, "from", from, "to", to)
	if err := v.Err(); err != nil {
		return Spent{}, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		o, err := s.readOwnerTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		sum, err = spentTx(tx, o, first, until)
		return err
	})
	return sum, err
}

func spentTx(tx *db.Tx, o owner, from, until when.Instant) (sum Spent, err error) {
	if sum.Modes, err = spentByMode(tx, o, from, until); err != nil {
		return Spent{}, err
	}
	for _, m := range sum.Modes {
		sum.Count += m.Count
		sum.CostFen += m.CostFen
		sum.LastAt = max(sum.LastAt, m.LastAt)
	}
	return sum, nil
}
