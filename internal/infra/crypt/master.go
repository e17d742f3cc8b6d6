package crypt

import (
	"context"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

// What can be wrong with a master key. None of them shows anything of a key.
var (
	ErrBadMaster    = fault.New(fault.Unavailable, "keys.bad_master")    // not of the form; Params["place"]
	ErrOpenToOthers = fault.New(fault.Unavailable, "keys.open_to_all")   // the file may be read by others; Params["file"]
	ErrNoGeneration = fault.New(fault.Unavailable, "keys.no_generation") // Params["number"]
	ErrMasterAway   = fault.New(fault.Unavailable, "keys.master_away")   // the device that holds it does not answer
	ErrByHand       = fault.New(fault.Invalid, "keys.by_hand")           // who holds it must make the generation; Params["number"]
	ErrNewest       = fault.New(fault.Conflict, "keys.newest")           // the newest generation is never retired; Params["number"]
	ErrNeeded       = fault.New(fault.Conflict, "keys.needed")           // Params["number"], Params["n"]: company keys wrapped by it
	ErrRotating     = fault.New(fault.Conflict, "keys.rotating")         // somebody else rotates the master key at this moment
	ErrNumbers      = fault.New(fault.Conflict, "keys.no_more_numbers")  // a company key has been rotated as often as can be
)

// Master holds the master key in numbered generations: a file, the environment, or
// a device the key never leaves. Wrapped is opaque to the caller; the associated bytes
// must be the same when it is unwrapped. It is safe for concurrent use. Errors:
// ErrNoGeneration, ErrMasterAway, ErrSealed from Unwrap, ErrByHand from Rotate.
type Master interface {
	// Generations are those there are now, the newest last; at least one.
	Generations(ctx context.Context) ([]Generation, error)
	Wrap(ctx context.Context, number int, plain, associated []byte) ([]byte, error)
	Unwrap(ctx context.Context, number int, wrapped, associated []byte) ([]byte, error)
	// Rotate makes the next generation.
	Rotate(ctx context.Context) error
	// Retire destroys a generation that wraps nothing any more.
	Retire(ctx context.Context, number int) error
}

// Generation is one of the keys a master has had.
type Generation struct {
	Number      int
	Fingerprint string // names it without telling anything of it
}

func newest(ctx context.Context, m Master) (int, error) {
	generations, err := m.Generations(ctx)
	if err != nil {
		return 0, err
	}
	if len(generations) == 0 {
		return 0, ErrNoGeneration.With("number", 1)
	}
	return generations[len(generations)-1].Number, nil
}

// held are generations in this process's memory, the newest last.
type held struct {
	cipher Cipher
	list   []numberedKey
}

type numberedKey struct {
	number int
	*key
}

func (h held) find(number int) (*key, error) {
	for _, k := range h.list {
		if k.number == number {
			return k.key, nil
		}
	}
	return nil, ErrNoGeneration.With("number", number)
}

// first is the first master key, of which keys were derived before there was a root.
func (h held) first() ([]byte, error) {
	k, err := h.find(1)
	if err != nil {
		return nil, err
	}
	return k.raw, nil
}

func (h held) Generations(context.Context) ([]Generation, error) {
	all := make([]Generation, len(h.list))
	for i, k := range h.list {
		all[i] = Generation{k.number, hex.EncodeToString(derive(k.raw, "fingerprint")[:8])}
	}
	return all, nil
}

func (h held) Wrap(_ context.Context, number int, plain, associated []byte) ([]byte, error) {
	k, err := h.find(number)
	if err != nil {
		return nil, err
	}
	return seal(h.cipher, k, associated, plain), nil
}

func (h held) Unwrap(_ context.Context, number int, wrapped, associated []byte) ([]byte, error) {
	k, err := h.find(number)
	if err != nil {
		return nil, err
	}
	return open(k, associated, wrapped)
}

func (h held) Rotate(context.Context) error {
	return ErrByHand.With("number", h.list[len(h.list)-1].number+1)
}

func (h held) Retire(_ context.Context, number int) error { return ErrByHand.With("number", number) }

// parseHeld reads generations, one a line or with commas between: NUMBER:HEX, or HEX
// alone for the first. Error: ErrBadMaster without a word of what stands there.
func parseHeld(c Cipher, place, text string) (held, error) {
	h := held{cipher: c}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' || r == ',' || r == ' ' }) {
		number := 1
		if no, rest, numbered := strings.Cut(word, ":"); numbered {
			var err error
			if number, err = strconv.Atoi(no); err != nil || number < 1 {
				return h, ErrBadMaster.With("place", place)
			}
			word = rest
		}
		raw, err := hex.DecodeString(word)
		if err != nil || len(raw) != keySize {
			return h, ErrBadMaster.With("place", place)
		}
		k, err := newKey(raw)
		if err != nil {
			return h, err
		}
		h.list = append(h.list, numberedKey{number, k})
	}
	slices.SortFunc(h.list, func(a, b numberedKey) int { return a.number - b.number })
	twice := len(slices.CompactFunc(slices.Clone(h.list), func(a, b numberedKey) bool { return a.number == b.number })) < len(h.list)
	if len(h.list) == 0 || twice {
		return h, ErrBadMaster.With("place", place)
	}
	return h, nil
}
