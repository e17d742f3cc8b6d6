// Package page makes the opaque, signed cursors by which lists are paged. A
// cursor holds the sort values of the last row seen, so that rows which come or
// go meanwhile neither repeat nor hide others.
package page

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

// MaxLimit bounds every list.
const MaxLimit = 200

// ErrCursor: the cursor is damaged, forged or of another list or order.
var ErrCursor = fault.New(fault.Invalid, "page.cursor")

// Signer makes and checks cursors. It is safe for concurrent use.
type Signer struct{ key []byte }

// NewSigner signs with the key.
func NewSigner(key []byte) *Signer { return &Signer{key} }

// Encode makes the cursor after a row with these sort values. The list names
// what is listed and in which order, e.g. "customer.list -created_at".
func (s *Signer) Encode(list string, values ...any) (string, error) {
	body, err := json.Marshal(values)
	if err != nil {
		return "", fmt.Errorf("page: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(append(s.sign(list, body), body...)), nil
}

// Decode fills pointers with the values the cursor was made of. An empty cursor
// is the start of the list: ok is false and nothing is filled.
func (s *Signer) Decode(list, cursor string, values ...any) (ok bool, err error) {
	if cursor == "" {
		return false, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(raw) < signature {
		return false, ErrCursor
	}
	if body := raw[signature:]; hmac.Equal(raw[:signature], s.sign(list, body)) {
		if err := json.Unmarshal(body, &values); err == nil {
			return true, nil
		}
	}
	return false, ErrCursor
}

const signature = 12

func (s *Signer) sign(list string, body []byte) []byte {
	h := hmac.New(sha256.New, s.key)
	h.Write([]byte(list))
	h.Write([]byte{0})
	h.Write(body)
	return h.Sum(nil)[:signature]
}
