package crypt

import (
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Rotation is what a rotation of the master key did.
type Rotation struct {
	Generation int  // the newest now
	Resumed    bool // an earlier one was interrupted, and has been finished: nothing new was made
	Wrapped    int  // company keys wrapped anew
}

// RotateMaster makes a generation of the master key and wraps every company key by
// it, each in its own transaction, while others work. Where an earlier rotation was
// interrupted, or whoever holds the key has made a generation, it only finishes that.
// Old generations stay until they are retired. Errors: those of Master.
func (k *Keyring) RotateMaster(ctx context.Context, d *db.DB) (r Rotation, err error) {
	err = d.Write(ctx, func(tx *db.Tx) error {
		if err := lockKeys(tx); err != nil {
			return err
		}
		needed, err := neededGenerations(tx)
		if err != nil {
			return err
		}
		if r.Generation, err = newest(ctx, k.master); err != nil {
			return err
		}
		for number := range needed {
			r.Resumed = r.Resumed || number < r.Generation
		}
		if r.Resumed {
			return nil
		}
		// Inside the transaction, so that no key is made meanwhile by the older one
		// and overlooked below.
		if err := k.master.Rotate(ctx); err != nil {
			return err
		}
		r.Generation, err = newest(ctx, k.master)
		return err
	})
	if err != nil {
		return r, err
	}
	r.Wrapped, err = k.wrapAll(ctx, d, r.Generation)
	return r, err
}

// wrapAll wraps by the generation what others have wrapped.
func (k *Keyring) wrapAll(ctx context.Context, d *db.DB, generation int) (n int, err error) {
	var rows []keyRow
	err = d.Read(ctx, func(tx *db.Tx) error { rows, err = keysOfOthers(tx, generation); return err })
	for _, r := range rows {
		if err == nil {
			err = k.wrapOne(ctx, d, r, generation)
			n++
		}
	}
	return n, err
}

func (k *Keyring) wrapOne(ctx context.Context, d *db.DB, r keyRow, generation int) error {
	raw, err := k.unwrap(ctx, []keyRow{r})
	if err != nil {
		return err
	}
	wrapped, err := k.master.Wrap(ctx, generation, raw[r.KeyNo], associated(r.OrgID, keyPlace(r.OrgID, r.KeyNo)))
	if err != nil {
		return err
	}
	return d.Write(ctx, func(tx *db.Tx) error { return replaceKey(tx, r, keyRow{r.OrgID, r.KeyNo, generation, wrapped}) })
}

// Companies are those that have keys.
func (k *Keyring) Companies(ctx context.Context, d *db.DB) (companies []id.ID, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error { companies, err = companiesWithKey(tx); return err })
	return slices.DeleteFunc(companies, func(c id.ID) bool { return c == root || c == installation }), err
}

// RotateCompanies makes the next key of each company, all in one transaction. What is
// new is sealed by it, by every process within Refresh. Errors: those of Master,
// ErrNumbers, ErrRotating.
func (k *Keyring) RotateCompanies(ctx context.Context, d *db.DB, companies []id.ID) error {
	rows, err := k.nextKeys(ctx, d, companies)
	if err != nil {
		return err
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		if err := lockKeys(tx); err != nil {
			return err
		}
		generation, err := newest(ctx, k.master)
		for _, r := range rows {
			switch {
			case err != nil:
				return err
			case r.MasterNo != generation:
				return ErrRotating
			}
			_, err = insertKey(tx, r)
		}
		return err
	})
	for _, org := range companies {
		k.mu.RLock()
		c := k.companies[org]
		k.mu.RUnlock()
		if err == nil && c != nil {
			err = c.learn()
		}
	}
	return err
}

// nextKeys makes the keys outside a transaction: a device may be slow.
func (k *Keyring) nextKeys(ctx context.Context, d *db.DB, companies []id.ID) ([]keyRow, error) {
	generation, err := newest(ctx, k.master)
	if err != nil {
		return nil, err
	}
	rows := make([]keyRow, len(companies))
	for i, org := range companies {
		var last int
		if err := d.Read(ctx, func(tx *db.Tx) (err error) { last, err = lastKey(tx, org); return err }); err != nil {
			return nil, err
		}
		if last >= lastNumber {
			return nil, ErrNumbers
		}
		wrapped, err := k.master.Wrap(ctx, generation, randomKey(), associated(org, keyPlace(org, last+1)))
		if err != nil {
			return nil, err
		}
		rows[i] = keyRow{org, last + 1, generation, wrapped}
	}
	return rows, nil
}

// Status is a generation and how many company keys are wrapped by it.
type Status struct {
	Generation
	Wraps int
}

// List tells what generations there are, and of those that are missing how much
// needs them: they have no fingerprint.
func (k *Keyring) List(ctx context.Context, d *db.DB) ([]Status, error) {
	generations, err := k.master.Generations(ctx)
	if err != nil {
		return nil, err
	}
	needed, err := neededBy(ctx, d)
	if err != nil {
		return nil, err
	}
	all := make([]Status, 0, len(generations))
	for _, g := range generations {
		all = append(all, Status{g, needed[g.Number]})
		delete(needed, g.Number)
	}
	for number, n := range needed {
		all = append(all, Status{Generation{Number: number}, n})
	}
	slices.SortFunc(all, func(a, b Status) int { return a.Number - b.Number })
	return all, nil
}

// Retire destroys a generation of the master key. Backups made while it wrapped can
// only be restored with keys exported before. Errors: ErrNeeded, ErrNewest,
// ErrNoGeneration.
func (k *Keyring) Retire(ctx context.Context, d *db.DB, number int) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		if err := lockKeys(tx); err != nil {
			return err
		}
		last, err := newest(ctx, k.master)
		if err != nil {
			return err
		}
		if number == last {
			return ErrNewest.With("number", number)
		}
		needed, err := neededGenerations(tx)
		if err != nil {
			return err
		}
		if n := needed[number]; n > 0 {
			return ErrNeeded.With("number", number, "n", n)
		}
		return k.master.Retire(ctx, number) // inside, so that nothing is wrapped by it meanwhile
	})
}
