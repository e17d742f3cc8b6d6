package lookup

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Taken is a file or sheet that left with data shown whole, and who took it.
type Taken struct {
	ID         id.ID        `db:"id" json:"id"`
	LookupID   id.ID        `db:"lookup_id" json:"lookup_id" doc:"of rows that went back to who sent them: the import; of what belongs to no customer: what it hangs on"`
	OrgID      id.ID        `db:"org_id" json:"org_id"`
	UserID     id.ID        `db:"user_id" json:"user_id"`
	UserName   string       `db:"user_name" json:"user_name"`
	At         when.Instant `db:"at" json:"at"`
	Kind       Use          `db:"kind" json:"kind" enum:"export,print,own,return"`
	What       string       `db:"what" json:"what" doc:"words: lookup.what.NAME"`
	CustomerID id.ID        `db:"customer_id" json:"customer_id,omitzero" doc:"of a sheet"`
}

// heldTx is the caller's running look-up, approved for a use. A clock behind the
// audit log lets nothing leave.
func (s *Service) heldTx(tx *db.Tx, who access.Who, lookup id.ID, u Use) (Lookup, error) {
	l, err := s.lookupTx(tx, who.Scope, lookup)
	if err != nil {
		return l, err
	}
	newest, err := s.Audit.NewestTx(tx, l.OrgID)
	switch {
	case err != nil:
		return l, err
	case l.UserID != who.UserID:
		return l, db.ErrNotFound
	case l.State != Running:
		return l, ErrState.With("state", string(l.State))
	case newest > tx.Now().Add(customer.ClockSlack):
		return l, ErrClock
	case !may(l.Uses, u):
		return l, ErrUse
	}
	return l, nil
}

// useOf is what has to be approved for something to leave.
func useOf(t customer.Taking) Use {
	if t.Paper() {
		return Print
	}
	return Export
}

// ReleaseTx implements customer.Releases. Errors: ErrState, ErrUse, ErrNotIn,
// ErrClock, db.ErrNotFound.
func (s *Service) ReleaseTx(tx *db.Tx, who access.Who, lookup id.ID, t customer.Taking) (r customer.Release, err error) {
	l, err := s.heldTx(tx, who, lookup, useOf(t))
	if err != nil {
		return r, err
	}
	if !t.Customer.IsZero() {
		if in, err := isRecord(tx, l.OrgID, l.ID, t.Customer); err != nil || !in {
			return r, cmp.Or(err, error(ErrNotIn))
		}
	}
	taken := Taken{ID: tx.NewID(), LookupID: l.ID, OrgID: l.OrgID, UserID: who.UserID, UserName: who.Name, At: tx.Now(), Kind: useOf(t), What: t.What, CustomerID: t.Customer}
	if r, err = s.releaseTx(tx, l, taken); err != nil {
		return r, err
	}
	return r, s.takeTx(tx, who, taken, r.Mark, map[string]any{"lookup": l.ID, "file": t.Object, "kind": taken.Kind, "what": t.What, "customers": r.Customers, "sensitive": l.Sensitive})
}

// takeTx writes down what leaves, under the hash of its serial number.
func (s *Service) takeTx(tx *db.Tx, who access.Who, t Taken, m customer.Mark, told map[string]any) error {
	hash := hashOf(m.Serial)
	if err := insertRelease(tx, t, hash); err != nil {
		return err
	}
	told["serial_sha256"] = hex.EncodeToString(hash)
	return s.Audit.RecordTx(tx, audit.Change{OrgID: t.OrgID, Actor: who.Actor(), Action: opTake, ObjectType: "lookup_release", ObjectID: t.ID, After: told})
}

// OwnTx implements customer.Releases. Error: ErrDecider.
func (s *Service) OwnTx(tx *db.Tx, who access.Who, org, basis id.ID, t customer.Taking) (m customer.Mark, err error) {
	if decider, _ := who.May(PermDecide); !decider.Scope.Has(org) {
		return m, ErrDecider
	}
	return s.withoutTx(tx, who, org, basis, t, Own)
}

// ReturnTx implements customer.Releases.
func (s *Service) ReturnTx(tx *db.Tx, who access.Who, org, basis id.ID, t customer.Taking) (m customer.Mark, err error) {
	return s.withoutTx(tx, who, org, basis, t, Return)
}

// withoutTx registers what leaves without a look-up.
func (s *Service) withoutTx(tx *db.Tx, who access.Who, org, basis id.ID, t customer.Taking, u Use) (m customer.Mark, err error) {
	taken := Taken{ID: tx.NewID(), LookupID: basis, OrgID: org, UserID: who.UserID, UserName: who.Name, At: tx.Now(), Kind: u, What: t.What}
	if taken.UserID.IsZero() {
		taken.UserID = basis // a command on the server: its name tells who ran it
	}
	if m, err = s.markTx(tx, taken); err != nil {
		return m, err
	}
	return m, s.takeTx(tx, who, taken, m, map[string]any{"file": t.Object, "kind": taken.Kind, "what": t.What})
}

// releaseTx is what was taken, with its serial number, which is made anew from its
// identifier: it is not kept.
func (s *Service) releaseTx(tx *db.Tx, l Lookup, t Taken) (r customer.Release, err error) {
	r = customer.Release{ID: t.ID, OrgID: t.OrgID, Lookup: l.ID, What: t.What, UntilAt: l.UntilAt, Sensitive: l.Sensitive, Customers: []id.ID{t.CustomerID}}
	if t.CustomerID.IsZero() {
		if r.Customers, err = recordsOf(tx, l.OrgID, l.ID); err != nil {
			return r, err
		}
	}
	r.Mark, err = s.markTx(tx, t)
	return r, err
}

func (s *Service) markTx(tx *db.Tx, t Taken) (customer.Mark, error) {
	company, err := s.Keys.CompanyTx(tx, t.OrgID)
	if err != nil {
		return customer.Mark{}, err
	}
	return customer.Mark{Serial: serialOf(company.MAC("lookup.serial", t.ID[:])), Taker: t.UserName, At: t.At}, nil
}

// ReleasedTx implements customer.Releases. Errors: those of ReleaseTx.
func (s *Service) ReleasedTx(tx *db.Tx, who access.Who, release id.ID) (r customer.Release, err error) {
	t, err := takenByID(tx, who.Scope, release)
	if err != nil {
		return r, err
	}
	l, err := s.heldTx(tx, who, t.LookupID, t.Kind)
	if err != nil {
		return r, err
	}
	return s.releaseTx(tx, l, t)
}

// MarkTx implements customer.Releases.
func (s *Service) MarkTx(tx *db.Tx, org, release id.ID) (customer.Mark, error) {
	t, err := takenByID(tx, db.ScopeOf(org), release)
	if err != nil {
		return customer.Mark{}, err
	}
	return s.markTx(tx, t)
}

// SheetInput names what is to be printed of whom.
type SheetInput struct {
	CustomerID id.ID  `json:"customer_id"`
	Sheet      string `json:"sheet" enum:"card,assessment,statistics,contract,work_order,thanks_letter"`
}

// Take lets a sheet about a customer of one's running look-up be printed whole.
// Errors: those of ReleaseTx, db.ErrKeyReused.
func (s *Service) Take(ctx context.Context, key string, lookup id.ID, in SheetInput) (t TakenSheet, err error) {
	who, err := access.Allow(ctx, PermStart)
	if err != nil {
		return t, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return t, fmt.Errorf("lookup: %w", err)
	}
	return t, s.DB.Write(ctx, func(tx *db.Tx) error {
		l, err := s.lookupTx(tx, who.Scope, lookup)
		if err != nil {
			return err
		}
		once := db.Once{OrgID: l.OrgID, UserID: who.UserID, Action: opTake + " " + lookup.String(), Key: key, Body: body}
		made, _, err := tx.Once(once, func() (id.ID, error) {
			r, err := s.ReleaseTx(tx, who, lookup, customer.Taking{What: in.Sheet, Customer: in.CustomerID})
			return r.ID, err
		})
		if err != nil {
			return err
		}
		r, err := s.ReleasedTx(tx, who, made)
		t = TakenSheet{ID: r.ID, UntilAt: r.UntilAt, LeftMs: int64(r.UntilAt-tx.Now()) / 1000, Mark: r.Mark}
		return err
	})
}

// TakenSheet is a sheet that may be printed whole until the look-up ends.
type TakenSheet struct {
	ID      id.ID        `json:"id" doc:"release_id of the sheet"`
	UntilAt when.Instant `json:"until_at"`
	LeftMs  int64        `json:"left_ms" doc:"milliseconds until it ends"`
	customer.Mark
}

// letters are those of Crockford's base 32: none is taken for another.
var letters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// serialOf is a number people can read out: four groups of four letters or digits.
func serialOf(mac []byte) string {
	s := letters.EncodeToString(mac[:10])
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
}

// hashOf is what is kept of a number, however it was typed.
func hashOf(serial string) []byte {
	typed := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(serial))
	sum := sha256.Sum256([]byte(typed))
	return sum[:]
}

// Trace names who took the file or sheet a serial number stands on; the asking is written
// down. Error: ErrNoSerial.
func (s *Service) Trace(ctx context.Context, serial string) (t Taken, err error) {
	who, err := access.Allow(ctx, PermTrace)
	if err != nil {
		return t, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		var found bool
		if t, found, err = takenBySerial(tx, who.Scope, hashOf(serial)); err != nil {
			return err
		}
		if !found {
			return ErrNoSerial
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: t.OrgID, Actor: who.Actor(), Action: PermTrace, ObjectType: object, ObjectID: t.LookupID})
	})
	return t, err
}
