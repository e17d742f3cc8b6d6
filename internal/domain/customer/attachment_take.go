package customer

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"path"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/stamp"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// File is a file that goes out.
type File struct {
	Name, MediaType string
	Content         []byte
}

// previewSide is the longest side of a picture on the screen, in pixels.
const previewSide = 1600

// maxMarking is how many files are marked at once: a picture takes much memory.
const maxMarking = 2

// Preview shows a picture small and with its reader's login and the time drawn into
// it. Errors: ErrConcealed, ErrNoPreview, db.ErrNotFound.
func (s *Service) Preview(ctx context.Context, customer, attachment id.ID) (f File, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return f, err
	}
	sight := SightOf(ctx)
	var k kept
	if err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		k, err = s.keptTx(tx, who, customer, attachment, func(o owner) (Sight, error) { return sight, nil })
		return err
	}); err != nil {
		return f, err
	}
	if !k.picture() {
		return f, ErrNoPreview
	}
	raw, err := s.contentOf(k)
	if err != nil {
		return f, err
	}
	defer s.marking()()
	marked, err := stamp.Picture(raw, access.CallerOf(ctx).Login+" "+k.readAt, previewSide)
	if err != nil {
		return f, ErrNoPreview
	}
	return File{withExtension(k.Name, ".jpg"), fileTypes[".jpg"].media, marked}, nil
}

// Download takes a file out of the house by a running look-up, whoever takes it
// (A6): a picture has the serial number drawn into it, anything else lies in a ZIP
// file beside a sheet that names its taker. Errors: ErrNeedsLookup, ErrConcealed of
// a look-up without sensitive fields, those of lookup, db.ErrNotFound.
func (s *Service) Download(ctx context.Context, customer, attachment, lookup id.ID) (f File, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return f, err
	}
	var k kept
	var mark Mark
	if err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		k, err = s.keptTx(tx, who, customer, attachment, func(o owner) (Sight, error) {
			r, err := s.ReleaseTx(tx, who, lookup, Taking{What: WhatAttachment, Customer: o.ID, Object: attachment})
			if err == nil && r == nil {
				err = ErrNeedsLookup
			}
			if err != nil {
				return Sight{}, err
			}
			mark = r.Mark
			return r.Sight(), nil
		})
		if err != nil {
			return err
		}
		told := k.told()
		told["sha256"] = hex.EncodeToString(k.ref.SHA256)
		return s.recordPartTx(tx, who, k.owner, opDownload, "attachment", nil, told)
	}); err != nil {
		return f, err
	}
	raw, err := s.contentOf(k)
	if err != nil {
		return f, err
	}
	defer s.marking()()
	return s.marked(cmp.Or(who.Locale, "zh"), k, mark, raw)
}

// kept is a file where it is kept.
type kept struct {
	Attachment
	owner   owner
	ref     blob.Ref
	subject *crypt.Subject
	readAt  string
}

func (k kept) picture() bool { return strings.HasPrefix(k.MediaType, "image/") }

// keptTx finds a file that a sight, which is settled for its customer, shows.
func (s *Service) keptTx(tx *db.Tx, who access.Who, customer, attachment id.ID, settle func(o owner) (Sight, error)) (k kept, err error) {
	if k.owner, err = s.readOwnerTx(tx, who.Scope, customer); err != nil {
		return k, err
	}
	row, err := attachmentByID(tx, k.owner, attachment)
	if err != nil {
		return k, err
	}
	sight, err := settle(k.owner)
	if err != nil {
		return k, err
	}
	if !sight.Sees(k.owner.OrgID, k.owner.ID, FieldAttachment) {
		return k, ErrConcealed
	}
	all, err := openAttachments(tx, k.owner, sight, []attachmentRow{row})
	if err != nil {
		return k, err
	}
	subjects, err := k.owner.subjectsTx(tx, []id.ID{row.OriginID})
	if err != nil {
		return k, err
	}
	k.Attachment, k.ref, k.subject = all[0], blob.Ref{ID: row.ID, Size: row.Size, SHA256: row.SHA256}, subjects[row.OriginID]
	k.readAt = Mark{At: tx.Now()}.minute()
	return k, nil
}

// contentOf reads a file whole.
func (s *Service) contentOf(k kept) ([]byte, error) {
	r, err := s.Blobs.Open(k.ref, k.subject)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// marking waits until a file may be marked; what it gives ends that.
func (s *Service) marking() (done func()) {
	s.marks <- struct{}{}
	return func() { <-s.marks }
}

// marked is the file with its taker on it. The name begins with the serial number.
func (s *Service) marked(lang string, k kept, m Mark, raw []byte) (File, error) {
	if k.picture() {
		if marked, err := stamp.Picture(raw, m.Serial+" "+m.minute(), 0); err == nil {
			return File{m.Serial + " " + withExtension(k.Name, ".jpg"), fileTypes[".jpg"].media, marked}, nil
		}
	}
	packed, err := s.pack(lang, k, m, raw)
	return File{m.Serial + " " + withExtension(k.Name, ".zip"), "application/zip", packed}, err
}

func withExtension(name, extension string) string {
	return strings.TrimSuffix(name, path.Ext(name)) + extension
}

//go:embed cover.html
var coverFile string

var coverTemplate = template.Must(template.New("cover").Parse(coverFile))

// cover is the sheet that lies beside a file in its ZIP file.
type cover struct {
	Lang, Title, MarkLine, Note string
	Facts                       [][2]string
}

// pack puts a file into a ZIP file, after the sheet that names its taker.
func (s *Service) pack(lang string, k kept, m Mark, raw []byte) ([]byte, error) {
	say := func(key string) string { return s.Text(lang, "customer.cover."+key, nil) }
	sum := sha256.Sum256(raw)
	at := m.minute()
	page := cover{Lang: lang, Title: say("title"), MarkLine: s.MarkLine(lang, &m), Note: say("note"), Facts: [][2]string{
		{say("serial"), m.Serial}, {say("taker"), m.Taker}, {say("at"), at}, {say("customer"), k.owner.CustomerNo}, {say("file"), k.Name}, {"SHA-256", hex.EncodeToString(sum[:])},
	}}
	var sheet, out bytes.Buffer
	if err := coverTemplate.Execute(&sheet, page); err != nil {
		return nil, fmt.Errorf("customer: cover: %w", err)
	}
	z := zip.NewWriter(&out)
	for _, part := range []struct {
		name    string
		content []byte
	}{{m.Serial + ".html", sheet.Bytes()}, {m.Serial + " " + k.Name, raw}} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Store}) // what is kept is mostly compressed already
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(part.content); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}
