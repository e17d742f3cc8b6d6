package feedback

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Attachment is evidence of a case: a sealed file. Who may not read the case sees that
// it is there.
type Attachment struct {
	ID         id.ID        `json:"id"`
	At         when.Instant `json:"at"`
	AuthorName string       `json:"author_name"`
	Name       string       `json:"name"`
	MediaType  string       `json:"media_type"`
	Size       int64        `json:"size" doc:"bytes"`
	Version    int64        `json:"version"`
}

// maxAttachment is the largest file, in bytes.
const maxAttachment = 20 << 20

// reads tells whether the reader may see files of the case: who works on it, and who
// sees the customer's files whole.
func (w *work) reads() bool {
	if w.inside(w.Case) {
		w.sight.Serves(w.OrgID, w.CustomerID, basisOf(w.Case), customer.FieldAttachment)
		return true
	}
	return w.sight.Sees(w.OrgID, w.CustomerID, customer.FieldAttachment)
}

// hides is reads without showing anything.
func (w *work) hides() bool {
	return !w.inside(w.Case) && w.sight.Hides(w.OrgID, w.CustomerID, customer.FieldAttachment)
}

// filesTx lists the files of a case.
func (w *work) filesTx() ([]Attachment, error) {
	rows, err := filesOf(w.tx, w.OrgID, w.ID)
	if err != nil {
		return nil, err
	}
	all := make([]Attachment, len(rows))
	for i, r := range rows {
		if all[i], err = w.file(r); err != nil {
			return nil, err
		}
		if w.hides() || !w.reads() {
			all[i].Name = "****" + path.Ext(all[i].Name)
		}
	}
	return all, nil
}

func (w *work) file(r fileRow) (a Attachment, err error) {
	a = Attachment{ID: r.ID, At: r.At, AuthorName: r.AuthorName, MediaType: r.MediaType, Size: r.Size, Version: r.Version}
	subject, err := w.fileKeyTx(r)
	if err != nil || subject == nil {
		return a, err
	}
	a.Name, err = subject.Open(namePlace(r.ID), r.Name)
	return a, err
}

// fileKeyTx is the key of a file; nil where its customer is erased.
func (w *work) fileKeyTx(r fileRow) (*crypt.Subject, error) {
	err := w.keysTx(r.OriginID)
	return w.keys[r.OriginID], err
}

// Attach keeps a file with a case. Errors: customer.ErrFileType, blob.ErrTooLarge,
// db.ErrNotFound, db.ErrKeyReused.
func (s *Service) Attach(ctx context.Context, key string, i id.ID, name string, r io.Reader) (a Attachment, err error) {
	who, err := access.Allow(ctx, PermAttach)
	if err != nil {
		return a, err
	}
	return s.attachAs(ctx, sender{who: who, once: who.UserID}, key, i, name, r)
}

// sender is who sends a file.
type sender struct {
	who   access.Who
	once  id.ID               // whose keys they are
	media []string            // what he may send; nil: all that is taken
	mine  func(w *work) error // whether he may send any with the case; nil: he may
	room  func(w *work) error // whether he may send one more
}

// check asks one of the sender's rules.
func check(rule func(w *work) error, w *work) error {
	if rule == nil {
		return nil
	}
	return rule(w)
}

func (s *Service) attachAs(ctx context.Context, by sender, key string, i id.ID, name string, r io.Reader) (a Attachment, err error) {
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return a, err
	}
	name, media, err := customer.FileType(name, head[:n])
	if err == nil && by.media != nil && !slices.Contains(by.media, media) {
		err = customer.ErrFileType
	}
	if err != nil {
		return a, err
	}
	var w *work
	var file id.ID
	if err := s.DB.Read(ctx, func(tx *db.Tx) error {
		file = tx.NewID()
		if w, err = s.viewTx(tx, by.who, i); err != nil {
			return err
		}
		return check(by.mine, w)
	}); err != nil {
		return a, err
	}
	origin := w.origin()
	ref, err := s.Blobs.Put(file, w.keys[origin], io.MultiReader(bytes.NewReader(head[:n]), r), maxAttachment)
	if err != nil {
		return a, err
	}
	row := fileRow{OrgID: w.OrgID, ID: file, CaseID: i, OriginID: origin, AuthorID: by.who.UserID, AuthorName: by.who.Name, Name: w.keys[origin].Seal(namePlace(file), name), MediaType: media, Size: ref.Size,
		SHA256: ref.SHA256, Version: 1}
	a, err = s.attach(ctx, by, key, row)
	if err != nil || a.ID != file {
		err = errors.Join(err, s.Blobs.Remove(file))
	}
	return a, err
}

func (s *Service) attach(ctx context.Context, by sender, key string, row fileRow) (a Attachment, err error) {
	body, err := json.Marshal([]any{row.CaseID, row.SHA256})
	if err != nil {
		return a, fmt.Errorf("feedback: %w", err)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.openTx(tx, by.who.Scope, by.who, row.CaseID)
		if err != nil {
			return err
		}
		if w.origin() != row.OriginID {
			return db.ErrStale // it became another customer's meanwhile
		}
		made, _, err := tx.Once(db.Once{OrgID: row.OrgID, UserID: by.once, Action: PermAttach, Key: key, Body: body}, func() (id.ID, error) {
			if err := check(by.room, w); err != nil {
				return id.ID{}, err
			}
			row.At = tx.Now()
			if err := insertFile(tx, row); err != nil {
				return id.ID{}, err
			}
			return row.ID, w.fileEventTx(PermAttach, kindAttached, row)
		})
		if err != nil {
			return err
		}
		kept, err := fileByID(tx, row.OrgID, row.CaseID, made)
		if err != nil {
			return err
		}
		a, err = w.file(kept)
		return err
	})
	return a, err
}

// fileEventTx puts down what was done with a file.
func (w *work) fileEventTx(action, kind string, row fileRow) error {
	if err := w.happen(kind, Internal, Params{}, Words{}); err != nil {
		return err
	}
	if err := insertEvents(w.tx, w.happened); err != nil {
		return err
	}
	return w.partTx(action, map[string]any{"case_no": w.CaseNo, "file": row.ID, "size": row.Size})
}

// Detach takes a file away. Errors: db.ErrStale, db.ErrNotFound.
func (s *Service) Detach(ctx context.Context, i, file id.ID, version int64) error {
	who, err := access.Allow(ctx, PermAttach)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.openTx(tx, who.Scope, who, i)
		if err != nil {
			return err
		}
		row, err := fileByID(tx, w.OrgID, i, file)
		if err != nil {
			return err
		}
		if err := deleteFile(tx, w.OrgID, file, version); err != nil {
			return err
		}
		return w.fileEventTx(opDetach, kindDetached, row)
	})
	if err != nil {
		return err
	}
	return s.Blobs.Remove(file)
}
