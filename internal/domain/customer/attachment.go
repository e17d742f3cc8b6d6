package customer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Attachment is a file of a customer, sealed by his key. Its name is sealed too
// and shown only to callers who see the customer whole. The content leaves by an
// approved look-up alone.
type Attachment struct {
	ID         id.ID        `json:"id"`
	CustomerID id.ID        `json:"customer_id"`
	At         when.Instant `json:"at"`
	AuthorName string       `json:"author_name"`
	Name       string       `json:"name"`
	MediaType  string       `json:"media_type"`
	Size       int64        `json:"size" doc:"bytes"`
	Version    int64        `json:"version"`
}

// maxAttachment is the largest file, in bytes.
const maxAttachment = 20 << 20

// fileTypes are the kinds of file that are taken: by extension the media type,
// and what the first bytes must look like. Nothing that a browser runs.
var fileTypes = map[string]struct{ media, looks string }{
	".pdf": {"application/pdf", "application/pdf"},
	".png": {"image/png", "image/png"}, ".jpg": {"image/jpeg", "image/jpeg"}, ".jpeg": {"image/jpeg", "image/jpeg"},
	".webp": {"image/webp", "image/webp"},
	".txt":  {"text/plain; charset=utf-8", "text/plain"}, ".csv": {"text/csv; charset=utf-8", "text/plain"},
	".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/zip"},
	".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip"},
	".ofd":  {"application/ofd", "application/zip"},
}

// fileType finds the media type of a file by its name and its first bytes.
func fileType(name string, head []byte) (string, error) {
	t, ok := fileTypes[strings.ToLower(path.Ext(name))]
	if !ok || !strings.HasPrefix(http.DetectContentType(head), t.looks) {
		return "", ErrFileType
	}
	return t.media, nil
}

// fileName keeps the last part of a name, without signs that break headers.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"<>|:*?`, r) {
			return '_'
		}
		return r
	}, blob.BaseName(name))
	r := []rune(name)
	return string(r[max(0, len(r)-150):])
}

// FileType cleans the name of a file and finds its media type by the name and the first
// bytes. Error: ErrFileType.
func FileType(name string, head []byte) (clean, media string, err error) {
	clean = fileName(name)
	media, err = fileType(clean, head)
	return clean, media, err
}

func attachmentPlace(i id.ID) crypt.Place {
	return crypt.Place{Table: "customer_attachment", Column: "name", ID: i}
}

// Attachments lists a customer's files, the newest first.
func (s *Service) Attachments(ctx context.Context, customer id.ID, p Page) (all []Attachment, next string, err error) {
	sight := SightOf(ctx)
	return partList[attachmentRow, Attachment]{"attachments", selectOf(attachmentColumns, "customer_attachment"), new(db.Query), func(tx *db.Tx, o owner, rows []attachmentRow) ([]Attachment, error) {
		return openAttachments(tx, o, sight, rows)
	}}.read(ctx, s, customer, p)
}

func openAttachments(tx *db.Tx, o owner, sight Sight, rows []attachmentRow) ([]Attachment, error) {
	return openAll(tx, o, rows, func(r attachmentRow, subject *crypt.Subject) (a Attachment, err error) {
		a = Attachment{ID: r.ID, CustomerID: r.CustomerID, At: r.At, AuthorName: r.AuthorName, MediaType: r.MediaType, Size: r.Size, Version: r.Version}
		a.Name, err = subject.Open(attachmentPlace(r.ID), r.Name)
		if !sight.Sees(o.OrgID, o.ID, FieldAttachment) {
			a.Name = maskText(a.Name) + path.Ext(a.Name)
		}
		return a, err
	})
}

// Attach keeps a file. Errors: ErrFileType, blob.ErrTooLarge, ErrMerged,
// db.ErrNotFound.
func (s *Service) Attach(ctx context.Context, key string, customer id.ID, name string, r io.Reader) (a Attachment, err error) {
	who, err := access.Allow(ctx, PermAttach)
	if err != nil {
		return Attachment{}, err
	}
	head := make([]byte, 512)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return Attachment{}, err
	}
	name, media, err := FileType(name, head[:n])
	if err != nil {
		return Attachment{}, err
	}
	var o owner
	var file id.ID
	if err := s.DB.Read(ctx, func(tx *db.Tx) error {
		file = tx.NewID()
		o, err = s.readOwnerTx(tx, who.Scope, customer)
		return err
	}); err != nil {
		return Attachment{}, err
	}
	ref, err := s.Blobs.Put(file, o.subject, io.MultiReader(bytes.NewReader(head[:n]), r), maxAttachment)
	if err != nil {
		return Attachment{}, err
	}
	a, err = s.attach(ctx, who, key, customer, attached{ref, name, media})
	if err != nil || a.ID != file {
		err = errors.Join(err, s.Blobs.Remove(file))
	}
	return a, err
}

// attached is a file that is already in the store.
type attached struct {
	blob.Ref
	name, media string
}

func (s *Service) attach(ctx context.Context, who access.Who, key string, customer id.ID, f attached) (a Attachment, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.writeOwnerTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		made, _, err := tx.Once(onceOf(who, o, PermAttach, key, []any{f.name, f.SHA256}), func() (id.ID, error) {
			return f.ID, s.attachTx(tx, who, o, f)
		})
		if err != nil {
			return err
		}
		row, err := attachmentByID(tx, o, made)
		if err != nil {
			return err
		}
		all, err := openAttachments(tx, o, everything(o.OrgID), []attachmentRow{row})
		if err == nil {
			a = all[0]
		}
		return err
	})
	return a, err
}

func (s *Service) attachTx(tx *db.Tx, who access.Who, o owner, f attached) error {
	row := attachmentRow{OrgID: o.OrgID, ID: f.ID, CustomerID: o.ID, OriginID: o.ID, At: tx.Now(), AuthorID: who.UserID, AuthorName: who.Name,
		Name: o.subject.Seal(attachmentPlace(f.ID), f.name), MediaType: f.media, Size: f.Size, SHA256: f.SHA256, Version: 1}
	if err := insertAttachment(tx, row); err != nil {
		return err
	}
	e := Entry{OrgID: o.OrgID, CustomerID: o.ID, Kind: "customer.attached", Actor: who.Actor(), SourceType: "attachment", SourceID: f.ID}
	if err := s.TimelineTx(tx, e); err != nil {
		return err
	}
	return s.recordPartTx(tx, who, o, PermAttach, "attachment", nil, Attachment{ID: f.ID, Name: f.name, Size: f.Size}.told())
}

// told is what the audit log keeps of a file.
func (a Attachment) told() map[string]any {
	return map[string]any{"id": a.ID, "name": a.Name, "size": a.Size}
}

// Detach takes a file away. Errors: db.ErrStale, ErrMerged, db.ErrNotFound.
func (s *Service) Detach(ctx context.Context, customer, attachment id.ID, version int64) error {
	who, err := access.Allow(ctx, PermAttach)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		o, err := s.writeOwnerTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		row, err := attachmentByID(tx, o, attachment)
		if err != nil {
			return err
		}
		all, err := openAttachments(tx, o, everything(o.OrgID), []attachmentRow{row})
		if err != nil {
			return err
		}
		if err := deletePart(tx, "customer_attachment", o, attachment, version); err != nil {
			return err
		}
		return s.recordPartTx(tx, who, o, opDetach, "attachment", all[0].told(), nil)
	})
	if err != nil {
		return err
	}
	return s.Blobs.Remove(attachment)
}

// extensions lists the kinds of file that are taken, for the reader of an error.
func extensions() string {
	var all []string
	for ext := range fileTypes {
		all = append(all, strings.TrimPrefix(ext, "."))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// ErrFileType: no file of this kind is taken, or its content is not what its name
// says.
var ErrFileType = fault.New(fault.Invalid, "customer.file_type").With("kinds", extensions())
