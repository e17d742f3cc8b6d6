package feedback

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// OfferedTx tells which of pairs of type and category a company takes cases of.
func (s *Service) OfferedTx(tx *db.Tx, org id.ID, of []Facts) (offered []bool, err error) {
	at, err := s.companyTx(tx, org)
	if err != nil {
		return nil, err
	}
	for _, f := range of {
		offered = append(offered, at.categories.check(f.Category, f.Type) == nil)
	}
	return offered, nil
}

// CreateOwn registers what a customer says himself. Errors: as of Create.
func (s *Service) CreateOwn(ctx context.Context, self Self, key string, in Facts) (made id.ID, number string, err error) {
	in.Channel, in.Source, in.CustomerID, in.AccountID, in.Anonymous = "web", Active, self.CustomerID, self.AccountID, false
	body, err := json.Marshal(in)
	if err != nil {
		return made, "", fmt.Errorf("feedback: %w", err)
	}
	var v fault.Validation
	in.validate(&v)
	if err := v.Err(); err != nil {
		return made, "", err
	}
	once := db.Once{OrgID: self.OrgID, UserID: self.AccountID, Action: PermCreate, Key: key, Body: body}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		made, _, err = tx.Once(once, func() (id.ID, error) {
			w, err := s.registerTx(tx, self.who(), self.OrgID, CreateInput{ReceivedAt: tx.Now(), Facts: in})
			if err != nil {
				return id.ID{}, err
			}
			return w.ID, w.recordTx(PermCreate, nil)
		})
		if err != nil {
			return err
		}
		r, err := caseByID(tx, db.ScopeOf(self.OrgID), made)
		number = r.CaseNo
		return err
	})
	return made, number, err
}

// OwnVerdict is what a customer says of what was done.
type OwnVerdict struct {
	Verdict    Verdict `json:"verdict" enum:"satisfied,dissatisfied"`
	Timely     bool    `json:"timely"`
	Reasonable bool    `json:"reasonable"`
	Fair       bool    `json:"fair"`
	Text       string  `json:"text,omitempty" maxLength:"2000" doc:"in his own words; wanted of who is dissatisfied"`
}

// JudgeOwn puts the verdict down that a customer gives himself, as Verdict does that of a
// call: dissatisfied opens the case again. Errors: as of Verdict.
func (s *Service) JudgeOwn(ctx context.Context, self Self, i id.ID, version int64, in OwnVerdict) (d OwnDetail, err error) {
	return d, s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.openTx(tx, self.who().Scope, self.who(), i)
		if err != nil {
			return err
		}
		if !self.follows(w.Case) {
			return db.ErrNotFound
		}
		if w.Version != version {
			return db.ErrStale
		}
		if err := w.take(Judge, tx.Now()); err != nil {
			return err
		}
		if err := w.judge(VerdictInput{Verdict: in.Verdict, By: "portal", Timely: in.Timely, Reasonable: in.Reasonable, Fair: in.Fair, Text: in.Text}); err != nil {
			return err
		}
		if err := w.saveTx(PermVerdict); err != nil {
			return err
		}
		d, err = s.ownTx(tx, self, i)
		return err
	})
}

// OwnFile is a file a customer sent with his case.
type OwnFile struct {
	ID        id.ID  `json:"id"`
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	Size      int64  `json:"size" doc:"bytes"`
}

// maxOwnFiles bounds what a customer sends with a case.
const maxOwnFiles = 9

// ownMedia are the types of files a customer may send: pictures and PDF.
var ownMedia = []string{"image/jpeg", "image/png", "image/webp", "application/pdf"}

// ErrOwnFiles: a customer has sent as many files as he may.
var ErrOwnFiles = fault.New(fault.Conflict, "feedback.own_files")

// AttachOwn keeps a file that a customer sends. Errors: ErrOwnFiles, as of Attach.
func (s *Service) AttachOwn(ctx context.Context, self Self, key string, i id.ID, name string, r io.Reader) (f OwnFile, err error) {
	by := sender{who: self.who(), once: self.AccountID, media: ownMedia, room: (*work).roomTx, mine: func(w *work) error {
		if w.CustomerID != self.CustomerID {
			return db.ErrNotFound
		}
		return nil
	}}
	a, err := s.attachAs(ctx, by, key, i, name, r)
	return OwnFile{a.ID, a.Name, a.MediaType, a.Size}, err
}

// roomTx refuses a file beyond what a customer may send. Error: ErrOwnFiles.
func (w *work) roomTx() error {
	files, err := w.ownFilesTx()
	if err == nil && len(files) >= maxOwnFiles {
		err = ErrOwnFiles
	}
	return err
}

// ownFilesTx are the files a customer sent himself, not what the staff keeps with the case.
func (w *work) ownFilesTx() ([]OwnFile, error) {
	rows, err := filesOf(w.tx, w.OrgID, w.ID)
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r fileRow) bool { return !r.AuthorID.IsZero() })
	all := make([]OwnFile, len(rows))
	for n, r := range rows {
		a, err := w.file(r)
		if err != nil {
			return nil, err
		}
		all[n] = OwnFile{a.ID, a.Name, a.MediaType, a.Size}
	}
	return all, nil
}

// DownloadOwn opens a file that a customer sent, for himself. Error: db.ErrNotFound. The
// caller closes the reader.
func (s *Service) DownloadOwn(ctx context.Context, self Self, i, file id.ID) (f OwnFile, r io.ReadCloser, err error) {
	var ref blob.Ref
	var subject *crypt.Subject
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		w, err := s.viewTx(tx, self.who(), i)
		if err != nil {
			return err
		}
		row, err := fileByID(tx, w.OrgID, i, file)
		if err != nil {
			return err
		}
		if !self.follows(w.Case) || !row.AuthorID.IsZero() {
			return db.ErrNotFound
		}
		a, err := w.file(row)
		if err != nil {
			return err
		}
		f, ref = OwnFile{a.ID, a.Name, a.MediaType, a.Size}, blob.Ref{ID: row.ID, Size: row.Size, SHA256: row.SHA256}
		subject, err = w.fileKeyTx(row)
		return err
	})
	if err != nil {
		return f, nil, err
	}
	r, err = s.Blobs.Open(ref, subject)
	return f, r, err
}
