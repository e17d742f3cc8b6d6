package portal

import (
	"crypto/hmac"
	"crypto/sha256"
	"math"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest"
)

// limit is how often something may be tried within a time.
type limit struct {
	name   string
	n      int64
	within time.Duration
}

// What strangers may try. A village may share one address (carrier-grade NAT), so that the
// limits of an address are wide; those of an account keep anybody from guessing, and from
// filling somebody's telephone with messages.
var (
	codeAgain      = limit{"code again", 1, time.Minute}
	codeOfAccount  = limit{"code account", 5, time.Hour}
	codeADay       = limit{"code day", 10, 24 * time.Hour}
	codeOfAddress  = limit{"code address", 60, time.Hour}
	tryOfAddress   = limit{"try address", 100, time.Hour}
	tryOfAccount   = limit{"try account", 10, 15 * time.Minute}
	lookupOfNumber = limit{"lookup number", 10, 15 * time.Minute}
	lookupOfSender = limit{"lookup address", 100, time.Hour}

	requestOfAccount = limit{"request account", 20, 24 * time.Hour} // a signed-in customer's
)

// key names what is counted by a hash that only this installation makes: numbers people
// type stand nowhere.
func (s *Service) key(l limit, of string) []byte {
	h := hmac.New(sha256.New, s.limits)
	h.Write([]byte(l.name + "\x00" + of))
	return h.Sum(nil)
}

// attempt is one thing that is counted.
type attempt struct {
	limit
	of string
}

// takeTx counts attempts before they are judged. Error: rest.ErrTooMany; then none counts.
func (s *Service) takeTx(tx *db.Tx, all ...attempt) error {
	for _, a := range all {
		n, until, err := countAttempt(tx, s.key(a.limit, a.of), a.within)
		if err != nil {
			return err
		}
		if n > a.n {
			return rest.ErrTooMany.With("retry_after_s", math.Ceil(until.Sub(tx.Now()).Seconds()))
		}
	}
	return nil
}

func sender(tx *db.Tx) string { return rest.PeerOf(tx.Context()).Sender().String() }
