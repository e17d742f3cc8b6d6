package db

import (
	"bytes"
	"crypto/sha256"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
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
// in the same transaction, so a failed request may be sent again. It is claimed
// before make runs: the same request sent again meanwhile waits for the outcome
// of the first.
func (tx *Tx) Once(o Once, make func() (id.ID, error)) (made id.ID, repeated bool, err error) {
	if o.Key == "" {
		made, err = make()
		return made, false, err
	}
	key := sha256.Sum256([]byte(o.Action + "\x00" + o.UserID.String() + "\x00" + o.Key))
	body := sha256.Sum256(o.Body)
	claimed, err := tx.Exec(`INSERT INTO idempotency_key (org_id, key_hash, body_hash, resource_id, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (org_id, key_hash) DO UPDATE SET body_hash = excluded.body_hash, at = excluded.at WHERE idempotency_key.at <= $6`,
		o.OrgID, key[:], body[:], o.OrgID, tx.Now(), tx.Now().Add(-keepOnce)) // until something is made, the company stands for it
	if err != nil {
		return id.ID{}, false, err
	}
	if claimed == 0 {
		made, err = tx.madeOnce(o.OrgID, key[:], body[:])
		return made, err == nil, err
	}
	if made, err = make(); err != nil {
		return id.ID{}, false, err
	}
	return made, false, tx.ExecLater(`UPDATE idempotency_key SET resource_id = $1 WHERE org_id = $2 AND key_hash = $3`, made, o.OrgID, key[:])
}

// madeOnce is what was made by a key that came with the same body.
func (tx *Tx) madeOnce(org id.ID, key, body []byte) (id.ID, error) {
	var seen struct {
		BodyHash   []byte `db:"body_hash"`
		ResourceID id.ID  `db:"resource_id"`
	}
	if err := tx.Get(&seen, `SELECT body_hash, resource_id FROM idempotency_key WHERE org_id = $1 AND key_hash = $2`, org, key); err != nil {
		return id.ID{}, err
	}
	if !bytes.Equal(seen.BodyHash, body) {
		return id.ID{}, ErrKeyReused
	}
	return seen.ResourceID, nil
}

// ForgetOnce removes keys that are no longer kept.
func (tx *Tx) ForgetOnce() error {
	_, err := tx.Exec(`DELETE FROM idempotency_key WHERE at < $1`, tx.Now().Add(-keepOnce))
	return err
}
