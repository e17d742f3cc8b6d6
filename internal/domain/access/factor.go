package access

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"strings"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

const (
	issuer     = "知音 Zhiyin"
	stepLength = 30 // seconds of a code's life (RFC 6238)
	// skew is how many steps a telephone's clock may be off.
	skew          = 1
	recoveryCodes = 10
)

var codeForm = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// Factor is a second factor being set up.
type Factor struct {
	Secret string `json:"secret" doc:"base32, to be typed where the picture cannot be taken"`
	URL    string `json:"url" doc:"otpauth address, to be shown as QR code"`
}

// FactorState is what the caller has of a second factor.
type FactorState struct {
	Present   bool         `json:"present"`
	Since     when.Instant `json:"since,omitzero"`
	Recovery  int          `json:"recovery" doc:"recovery codes left"`
	Mandatory bool         `json:"mandatory" doc:"the caller may not be without"`
}

// Factor tells whether the caller has a second factor.
func (s *Service) Factor(ctx context.Context) (f FactorState, err error) {
	c, err := self(ctx)
	if err != nil {
		return f, err
	}
	return f, s.db.Read(ctx, func(tx *db.Tx) error {
		cr, err := credentialTx(tx, c.UserID)
		if err != nil {
			return err
		}
		policy, err := policyTx(tx)
		if err != nil {
			return err
		}
		f = FactorState{Present: cr.ConfirmedAt != 0, Since: cr.ConfirmedAt, Mandatory: policy.AdminFactor && c.administers()}
		f.Recovery, err = countRecoveryCodes(tx, c.UserID)
		return err
	})
}

// BeginFactor makes the secret of a second factor; it counts once a code of it was
// confirmed. Error: ErrFactorPresent.
func (s *Service) BeginFactor(ctx context.Context) (Factor, error) {
	c, err := self(ctx)
	if err != nil {
		return Factor{}, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: c.Login, Period: stepLength})
	if err != nil {
		return Factor{}, err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		return beginFactor(tx, c.UserID, s.house.Seal(factorPlace(c.UserID), key.Secret()))
	})
	return Factor{key.Secret(), key.URL()}, err
}

func factorPlace(user id.ID) crypt.Place {
	return crypt.Place{Table: "user_credential", Column: "totp", ID: user}
}

// ConfirmFactor turns the second factor on and gives recovery codes, each good
// once. They are shown this once. Errors: ErrFactorAbsent, ErrFactorPresent, ErrCode.
func (s *Service) ConfirmFactor(ctx context.Context, code string) (recovery []string, err error) {
	c, err := self(ctx)
	if err != nil {
		return nil, err
	}
	defer s.cache.clear()
	return recovery, s.db.Write(ctx, func(tx *db.Tx) error {
		cr, err := credentialTx(tx, c.UserID)
		switch {
		case err != nil:
			return err
		case len(cr.TOTP) == 0:
			return ErrFactorAbsent
		case cr.ConfirmedAt != 0:
			return ErrFactorPresent
		}
		if ok, err := s.takeStepTx(tx, cr, code); err != nil || !ok {
			return orElse(err, ErrCode)
		}
		if err := confirmFactor(tx, c.UserID); err != nil {
			return err
		}
		if recovery, err = s.newRecoveryTx(tx, c.UserID); err != nil {
			return err
		}
		return s.recordTx(tx, c, PermFactor, "user", c.UserID, nil, map[string]bool{"second_factor": true})
	})
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// RenewRecovery replaces the recovery codes. Errors: ErrFactorAbsent, ErrCode,
// ErrLocked.
func (s *Service) RenewRecovery(ctx context.Context, code string) (recovery []string, err error) {
	err = s.withFactor(ctx, code, func(tx *db.Tx, c *Caller) error {
		recovery, err = s.newRecoveryTx(tx, c.UserID)
		return err
	})
	return recovery, err
}

// EndFactor turns the second factor off. Errors: as of RenewRecovery, and
// ErrFactorDue for those who may not be without.
func (s *Service) EndFactor(ctx context.Context, code string) error {
	return s.withFactor(ctx, code, func(tx *db.Tx, c *Caller) error {
		policy, err := policyTx(tx)
		if err != nil {
			return err
		}
		if policy.AdminFactor && c.administers() {
			return ErrFactorDue
		}
		return clearFactorTx(tx, c.UserID)
	})
}

func clearFactorTx(tx *db.Tx, user id.ID) error {
	if err := clearFactor(tx, user); err != nil {
		return err
	}
	return replaceRecoveryCodes(tx, user, nil)
}

// withFactor does what needs a code of the caller's second factor, and writes it
// down. A wrong code counts as a failed login: whoever finds a session open cannot
// try them all.
func (s *Service) withFactor(ctx context.Context, code string, do func(tx *db.Tx, c *Caller) error) error {
	c, err := self(ctx)
	if err != nil {
		return err
	}
	key := loginHash(c.Login)
	if err := s.claim(ctx, key); err != nil {
		return err
	}
	defer s.cache.clear()
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		cr, err := credentialTx(tx, c.UserID)
		switch {
		case err != nil:
			return err
		case cr.ConfirmedAt == 0:
			return ErrFactorAbsent
		}
		if ok, err := s.takeCodeTx(tx, cr, code); err != nil || !ok {
			return orElse(err, ErrCode)
		}
		if err := deleteFailures(tx, key, tx.Now().Add(-forgetFailures)); err != nil {
			return err
		}
		if err := do(tx, c); err != nil {
			return err
		}
		return s.recordTx(tx, c, PermFactor, "user", c.UserID, nil, nil)
	})
	if errors.Is(err, ErrCode) {
		err = errors.Join(err, s.failed(ctx, User{ID: c.UserID, Login: c.Login, HomeOrgID: c.HomeOrgID}))
	}
	return err
}

// takeCodeTx takes a code of the second factor or a recovery code, either once.
func (s *Service) takeCodeTx(tx *db.Tx, cr credential, code string) (bool, error) {
	if ok, err := s.takeStepTx(tx, cr, code); err != nil || ok {
		return ok, err
	}
	return takeRecoveryCode(tx, cr.UserID, s.recoveryHash(cr.UserID, code))
}

func (s *Service) takeStepTx(tx *db.Tx, cr credential, code string) (bool, error) {
	secret, err := s.house.Open(factorPlace(cr.UserID), cr.TOTP)
	if err != nil {
		return false, err
	}
	code = strings.ReplaceAll(code, " ", "")
	now := tx.Now().Time().Unix() / stepLength
	for step := now - skew; step <= now+skew; step++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(step), codeForm)
		if err != nil {
			return false, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return takeStep(tx, cr.UserID, step)
		}
	}
	return false, nil
}

func (s *Service) newRecoveryTx(tx *db.Tx, user id.ID) (codes []string, err error) {
	var hashes [][]byte
	for range recoveryCodes {
		raw := make([]byte, 10)
		rand.Read(raw)
		text := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
		code := text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
		codes, hashes = append(codes, code), append(hashes, s.recoveryHash(user, code))
	}
	return codes, replaceRecoveryCodes(tx, user, hashes)
}

// recoveryHash is keyed: the codes are short.
func (s *Service) recoveryHash(user id.ID, code string) []byte {
	h := hmac.New(sha256.New, s.recovery)
	h.Write(user[:])
	h.Write([]byte(strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(code))))
	return h.Sum(nil)
}
