package privacy

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// ListName is the name of the files that tell who was erased, outside the database: a
// restored backup knows nothing of those erased after it was made.
const ListName = "erased.list"

// erased is a customer who was erased.
type erased struct {
	OrgID      id.ID        `db:"org_id"`
	CustomerID id.ID        `db:"customer_id"`
	At         when.Instant `db:"at"`
}

// line tells of one, with a MAC, so that nobody has a customer erased by writing into
// the file.
func (e erased) line(c *crypt.Company) string {
	text := fmt.Sprintf("%s %s %d", e.OrgID, e.CustomerID, e.At)
	return text + " " + hex.EncodeToString(c.MAC("erased", []byte(text)))
}

// parseLine reads a line without looking at its MAC.
func parseLine(line string) (e erased, ok bool) {
	parts := strings.Fields(line)
	if len(parts) != 4 {
		return e, false
	}
	org, err1 := id.Parse(parts[0])
	who, err2 := id.Parse(parts[1])
	at, err3 := strconv.ParseInt(parts[2], 10, 64)
	return erased{org, who, when.Instant(at)}, errors.Join(err1, err2, err3) == nil
}

// readList gives the lines of a file; none where there is no file.
func readList(name string) (lines []string, err error) {
	raw, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("privacy: %w", err)
	}
	for line := range strings.Lines(string(raw)) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines, nil
}

// appendList adds lines that are not in a file yet; they are on the disk when it
// returns.
func appendList(name string, lines []string) error {
	have, err := readList(name)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, l := range have {
		known[l] = true
	}
	var more strings.Builder
	for _, l := range lines {
		if !known[l] {
			more.WriteString(l + "\n")
		}
	}
	if more.Len() == 0 {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return fmt.Errorf("privacy: %w", err)
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("privacy: %w", err)
	}
	_, err = f.WriteString(more.String())
	return errors.Join(err, f.Sync(), f.Close())
}

// CopyList brings the list that lies beside a backup into a data directory; found is
// false where there is none.
func CopyList(beside, dir string) (found bool, err error) {
	lines, err := readList(filepath.Join(beside, ListName))
	if err != nil || len(lines) == 0 {
		return false, err
	}
	return true, appendList(filepath.Join(dir, ListName), lines)
}

// listErased brings the files in line with the database.
func (s *Service) listErased(ctx context.Context) error {
	var lines []string
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		all, err := allErased(tx)
		lines = nil
		for _, e := range all {
			c, err := s.Keys.CompanyTx(tx, e.OrgID)
			if err != nil {
				return err
			}
			lines = append(lines, e.line(c))
		}
		return err
	})
	for _, name := range s.Lists {
		err = errors.Join(err, appendList(name, lines))
	}
	return err
}

// EraseAgain erases again who stands in the files and is in the database, which an older
// backup had brought back, and tells how many. Lines that are not genuine are left out
// and counted.
func (s *Service) EraseAgain(ctx context.Context) (again, strange int, err error) {
	seen := map[string]bool{}
	for _, name := range s.Lists {
		lines, err := readList(name)
		if err != nil {
			return again, strange, err
		}
		for _, line := range lines {
			if seen[line] {
				continue
			}
			seen[line] = true
			did, genuine, err := s.eraseListed(ctx, line)
			if err != nil {
				return again, strange, err
			}
			if did {
				again++
			}
			if !genuine {
				strange++
			}
		}
	}
	return again, strange, s.listErased(ctx)
}

func (s *Service) eraseListed(ctx context.Context, line string) (did, genuine bool, err error) {
	e, ok := parseLine(line)
	if !ok {
		return false, false, nil
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		did, genuine = false, true
		refs, err := s.Customers.RefsTx(tx, db.ScopeOf(e.OrgID), e.CustomerID)
		if err != nil || len(refs) == 0 || refs[e.CustomerID].Status == customer.Erased {
			return err
		}
		c, err := s.Keys.CompanyTx(tx, e.OrgID)
		if err != nil {
			return err
		}
		if genuine = e.line(c) == line; !genuine {
			return nil
		}
		did = true
		return s.eraseAgainTx(tx, e)
	})
	return did, genuine, err
}

// eraseAgainTx erases the one customer alone: others of his may have been erased then
// under their own names.
func (s *Service) eraseAgainTx(tx *db.Tx, e erased) error {
	system := audit.Actor{Name: "zhiyin"}
	r := erasureRow{OrgID: e.OrgID, CustomerID: e.CustomerID, Files: idList{},
		Erasure: Erasure{ID: tx.NewID(), State: ErasureConfirmed, Preview: PreviewRows{}, ProposedName: system.Name, ProposedAt: tx.Now(), DecidedName: system.Name, DecidedAt: tx.Now()}}
	if err := s.eraseTx(tx, Person{OrgID: e.OrgID, ID: e.CustomerID, IDs: []id.ID{e.CustomerID}}, &r, id.ID{}); err != nil {
		return err
	}
	if err := insertErasure(tx, r); err != nil {
		return err
	}
	return s.Audit.RecordTx(tx, audit.Change{OrgID: e.OrgID, Actor: system, Action: opReerase, ObjectType: "customer", ObjectID: e.CustomerID,
		After: map[string]any{"erased_at": e.At}})
}
