package lookup

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Taken is a file that left with data shown whole, and who took it.
type Taken struct {
	LookupID id.ID        `db:"lookup_id" json:"lookup_id"`
	OrgID    id.ID        `db:"org_id" json:"org_id"`
	UserID   id.ID        `db:"user_id" json:"user_id"`
	UserName string       `db:"user_name" json:"user_name"`
	At       when.Instant `db:"at" json:"at"`
	Kind     Use          `db:"kind" json:"kind" enum:"export"`
}

// HeldTx implements customer.Releases.
func (s *Service) HeldTx(tx *db.Tx, who access.Who, lookup id.ID) error {
	_, err := s.heldTx(tx, who, lookup, Export)
	return err
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

// ReleaseTx implements customer.Releases.
func (s *Service) ReleaseTx(tx *db.Tx, who access.Who, lookup, file id.ID) (r customer.Release, err error) {
	l, err := s.heldTx(tx, who, lookup, Export)
	if err != nil {
		return r, err
	}
	company, err := s.Keys.CompanyTx(tx, l.OrgID)
	if err != nil {
		return r, err
	}
	made := tx.NewID()
	r = customer.Release{Lookup: l.ID, Serial: serialOf(company.MAC("lookup.serial", made[:])), Taker: who.Name, At: tx.Now(), UntilAt: l.UntilAt, Sensitive: l.Sensitive}
	if r.Customers, err = recordsOf(tx, l.OrgID, l.ID); err != nil {
		return r, err
	}
	hash := hashOf(r.Serial)
	taken := Taken{LookupID: l.ID, OrgID: l.OrgID, UserID: who.UserID, UserName: who.Name, At: tx.Now(), Kind: Export}
	if err := insertRelease(tx, made, taken, hash); err != nil {
		return r, err
	}
	return r, s.Audit.RecordTx(tx, audit.Change{OrgID: l.OrgID, Actor: who.Actor(), Action: actionTake, ObjectType: "lookup_release", ObjectID: made,
		After: map[string]any{"lookup": l.ID, "file": file, "kind": Export, "customers": r.Customers, "sensitive": l.Sensitive, "serial_sha256": hex.EncodeToString(hash)}})
}

// actionTake is how the audit log names that data leave.
const actionTake = "lookup.take"

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

// Trace names who took the file a serial number stands on; the asking is written
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
