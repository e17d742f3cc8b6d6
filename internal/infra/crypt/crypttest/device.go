// Package crypttest holds a master key as a device does (PKCS #11): keys are used by
// handle and do not leave it, it is slow, and it may be away.
package crypttest

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
)

// Device implements crypt.Master.
type Device struct {
	Delay time.Duration // of each call
	mu    sync.Mutex
	keys  []handle
	away  bool
	left  int // calls until it is away; negative: it stays
}

type handle struct {
	number int
	name   string
	aead   cipher.AEAD
}

// New makes a device with one generation.
func New() *Device {
	d := &Device{left: -1}
	d.add(1)
	return d
}

func (d *Device) add(number int) {
	key := make([]byte, 32)
	rand.Read(key)
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // only for other lengths
	}
	a, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // only for other block sizes
	}
	name := sha256.Sum256(key)
	d.keys = append(d.keys, handle{number, hex.EncodeToString(name[:8]), a})
}

// Away makes the device fail, or come back.
func (d *Device) Away(away bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.away, d.left = away, -1
}

// AwayAfter makes the device fail after so many calls more.
func (d *Device) AwayAfter(calls int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left = calls
}

var errAway = errors.New("CKR_DEVICE_REMOVED")

// enter begins a call; the caller unlocks.
func (d *Device) enter(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return crypt.ErrMasterAway.Wrap(ctx.Err())
	case <-time.After(d.Delay):
	}
	d.mu.Lock()
	if d.left >= 0 {
		d.away, d.left = d.left == 0, max(0, d.left-1)
	}
	if d.away {
		d.mu.Unlock()
		return crypt.ErrMasterAway.Wrap(errAway)
	}
	return nil
}

func (d *Device) find(number int) (cipher.AEAD, error) {
	for _, h := range d.keys {
		if h.number == number {
			return h.aead, nil
		}
	}
	return nil, crypt.ErrNoGeneration.With("number", number)
}

// Generations implements crypt.Master.
func (d *Device) Generations(ctx context.Context) ([]crypt.Generation, error) {
	if err := d.enter(ctx); err != nil {
		return nil, err
	}
	defer d.mu.Unlock()
	var all []crypt.Generation
	for _, h := range d.keys {
		all = append(all, crypt.Generation{Number: h.number, Fingerprint: h.name})
	}
	return all, nil
}

// Wrap implements crypt.Master.
func (d *Device) Wrap(ctx context.Context, number int, plain, associated []byte) ([]byte, error) {
	if err := d.enter(ctx); err != nil {
		return nil, err
	}
	defer d.mu.Unlock()
	a, err := d.find(number)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, a.NonceSize())
	rand.Read(nonce)
	return a.Seal(nonce, nonce, plain, associated), nil
}

// Unwrap implements crypt.Master.
func (d *Device) Unwrap(ctx context.Context, number int, wrapped, associated []byte) ([]byte, error) {
	if err := d.enter(ctx); err != nil {
		return nil, err
	}
	defer d.mu.Unlock()
	a, err := d.find(number)
	if err != nil {
		return nil, err
	}
	if len(wrapped) < a.NonceSize() {
		return nil, crypt.ErrSealed
	}
	plain, err := a.Open(nil, wrapped[:a.NonceSize()], wrapped[a.NonceSize():], associated)
	if err != nil {
		return nil, crypt.ErrSealed
	}
	return plain, nil
}

// Rotate implements crypt.Master.
func (d *Device) Rotate(ctx context.Context) error {
	if err := d.enter(ctx); err != nil {
		return err
	}
	defer d.mu.Unlock()
	d.add(d.keys[len(d.keys)-1].number + 1)
	return nil
}

// Retire implements crypt.Master.
func (d *Device) Retire(ctx context.Context, number int) error {
	if err := d.enter(ctx); err != nil {
		return err
	}
	defer d.mu.Unlock()
	var left []handle
	for _, h := range d.keys {
		if h.number != number {
			left = append(left, h)
		}
	}
	d.keys = left
	return nil
}
