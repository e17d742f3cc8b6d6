package access

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Cost is what hashing a password takes: memory in KiB and passes over it.
type Cost struct{ MemoryKiB, Passes uint32 }

// DefaultCost is the minimum OWASP recommends for argon2id.
var DefaultCost = Cost{MemoryKiB: 19 * 1024, Passes: 2}

const hashBytes = 32

var errHash = errors.New("access: malformed password hash")

// Hash makes the PHC string of a password.
func (c Cost) Hash(password string) string {
	salt := make([]byte, 16)
	rand.Read(salt)
	key := argon2.IDKey([]byte(password), salt, c.Passes, c.MemoryKiB, 1, hashBytes)
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=1$%s$%s", c.MemoryKiB, c.Passes, b64(salt), b64(key))
}

// inTurn hashes when its turn has come: each takes megabytes, and many who try to
// sign in at once would otherwise take all there are.
func (s *Service) inTurn(ctx context.Context, do func()) error {
	if err := s.turns.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.turns.Release(1)
	do()
	return nil
}

// verify is the function of the same name, in turn.
func (s *Service) verify(ctx context.Context, hash, password string) (ok bool, err error) {
	if late := s.inTurn(ctx, func() { ok, err = verify(hash, password) }); late != nil {
		return false, late
	}
	return ok, err
}

// verify tells whether the password has the hash.
func verify(hash, password string) (bool, error) {
	parts := strings.Split(hash, "$")
	var c Cost
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &c.MemoryKiB, &c.Passes); err != nil {
		return false, errHash
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, errHash
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, errHash
	}
	got := argon2.IDKey([]byte(password), salt, c.Passes, c.MemoryKiB, 1, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}
