package db

import (
	"crypto/sha256"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// ErrKeyReused: the idempotency key came before with another body.
var ErrKeyReused = fault.New(fault.Conflict, "idempotency.key_reused")

// keepOnce is how long an idempotency key is remembered.
const keepOnce = 24 * time.Hour

// Once makes a request with an idempotency key happen once. Key is the client's,
// made unique per company, user and operation by its fields; Body is what was
// asked for.
type Once struct {
	OrgID  id.ID
	UserID id.ID
	Action string
	Key    string
	Body   []byte
}

// Once runs make unless the key was used before, and returns the identifier of
// what was made then or now. Without a key it just runs make. The key is kept
// in the same transaction, so a failed request may be sent again.
func (tx *Tx) Once(o Once, make func() (id.ID, error)) (made id.ID, repeated bool, err error) {
	if o.Key == "" {
		made, err = make()
		return made, false, err
	}
	key := sha256.Sum256([]byte(o.Action + "\x00" + o.UserID.String() + "\x00" + o.Key))
	body := sha256.Sum256(o.Body)
	var seen struct {
		BodyHash   []byte       `db:"body_hash"`
		ResourceID id.ID        `db:"resource_id"`
		At         when.Instant `db:"at"`
	}
	found, err := tx.Find(&seen, `SELECT body_hash, resource_id, at FROM idempotency_key WHERE org_id = $1 AND key_hash = $2`, o.OrgID, key[:])
	if err != nil {
		return id.ID{}, false, err
	}
	switch fresh := found && seen.At.Add(keepOnce) > tx.Now(); {
	case fresh && string(seen.BodyHash) != string(body[:]):
		return id.ID{}, false, ErrKeyReused
	case fresh:
		return seen.ResourceID, true, nil
	}
	if made, err = make(); err != nil {
		return id.ID{}, false, err
	}
	_, err = tx.Exec(`INSERT INTO idempotency_key (org_id, key_hash, body_hash, resource_id, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (org_id, key_hash) DO UPDATE SET body_hash = excluded.body_hash, resource_id = excluded.resource_id, at = excluded.at`,
		o.OrgID, key[:], body[:], made, tx.Now())
	return made, false, err
}

// ForgetOnce removes keys that are no longer kept.
func (tx *Tx) ForgetOnce() error {
	_, err := tx.Exec(`DELETE FROM idempotency_key WHERE at < $1`, tx.Now().Add(-keepOnce))
	return err
}
