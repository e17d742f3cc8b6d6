package dataimport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/supply"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/job"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// Permissions of the module. Running needs the permission for what the rows
// become, too: customer.create, customer.update, supply.create, supply.update.
const (
	PermUpload   = "import.upload"
	PermList     = "import.list"
	PermGet      = "import.get"
	PermFields   = "import.fields"
	PermTemplate = "import.template" // an empty file with the headings
	PermPreview  = "import.preview"  // the first rows of a file
	PermMap      = "import.map"
	PermCheck    = "import.check"
	PermRun      = "import.run"
	PermCancel   = "import.cancel"
	PermProblems = "import.problems" // the problem rows as a file, with their cells
	PermRevert   = "import.revert"
)

// Deps are what the service is built from. Text makes the sentence of a code.
type Deps struct {
	DB        *db.DB
	Keys      *crypt.Keyring
	Audit     *audit.Log
	Orgs      *org.Service
	Jobs      *job.Queue
	Blobs     *blob.Store
	Cursors   *page.Signer
	Customers *customer.Service
	Supply    *supply.Service
	Text      func(lang, key string, params map[string]any) string
}

// Service brings files in.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// MaxFile bounds an uploaded file, in bytes.
const MaxFile = 1 << 30

// UploadInput says what a file is. Its content comes as a stream.
type UploadInput struct {
	Key      string // the same within a day keeps the same file once
	OrgID    id.ID
	Kind     Kind
	Mode     Mode // empty: Both
	FileName string
	Encoding cn.Encoding // empty: found out
	Sheet    string      // empty: the first
}

// Detail is an import with its columns.
type Detail struct {
	Import
	Setup
	Message  string   `json:"message,omitempty" doc:"why it stopped, in the reader's language"`
	Earlier  []Import `json:"earlier" nullable:"false" doc:"imports of the very same file"`
	Problems []Told   `json:"problems" nullable:"false" doc:"the first ones of the last step"`
}

// Setup is what is known of the columns.
type Setup = setup

// Told is a problem with its sentence.
type Told struct {
	Problem
	Header  string `json:"header,omitempty"`
	Message string `json:"message"`
}

// Upload keeps a file, recognises it and suggests what its columns are. Errors:
// those of package sheet, blob.ErrTooLarge, db.ErrOrgRequired, db.ErrKeyReused.
func (s *Service) Upload(ctx context.Context, in UploadInput, content io.Reader) (d Detail, err error) {
	who, company, err := access.AllowOne(ctx, PermUpload, in.OrgID)
	if err != nil {
		return Detail{}, err
	}
	i := Import{OrgID: company, Kind: in.Kind, Mode: in.Mode, State: Uploaded, FileName: blob.BaseName(in.FileName), CreatedBy: who.UserID, ByName: who.Name, Version: 1}
	if i.Mode == "" {
		i.Mode = Both
	}
	var own *crypt.Subject
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		i.ID, i.CreatedAt = tx.NewID(), tx.Now()
		own, err = s.ownTx(tx, company)
		return err
	})
	if err != nil {
		return Detail{}, err
	}
	ref, err := s.Blobs.Put(i.ID, own, content, MaxFile)
	if err != nil {
		return Detail{}, err
	}
	i.Size, i.SHA256 = ref.Size, ref.SHA256
	made, err := s.insert(ctx, who, in, i, own)
	if err != nil || made != i.ID {
		err = errors.Join(err, s.Blobs.Remove(i.ID))
	}
	if err != nil {
		return Detail{}, err
	}
	return s.detail(ctx, who, made)
}

// insert reads the header and keeps the import, unless its key kept one before.
func (s *Service) insert(ctx context.Context, who access.Who, in UploadInput, i Import, own *crypt.Subject) (made id.ID, err error) {
	body, err := json.Marshal([]any{i.Kind, i.Mode, i.FileName, i.SHA256, in.Encoding, in.Sheet})
	if err != nil {
		return id.ID{}, fmt.Errorf("dataimport: %w", err)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		made, _, err = tx.Once(db.Once{OrgID: i.OrgID, UserID: who.UserID, Action: PermUpload, Key: in.Key, Body: body}, func() (id.ID, error) {
			return i.ID, s.insertTx(tx, who, &i, own, sheet.Options{Encoding: in.Encoding, Sheet: in.Sheet})
		})
		return err
	})
	return made, err
}

func (s *Service) insertTx(tx *db.Tx, who access.Who, i *Import, own *crypt.Subject, o sheet.Options) error {
	set, err := s.recogniseTx(tx, i, own, o)
	if err != nil {
		return err
	}
	if err := insertImport(tx, *i, own, set); err != nil {
		return err
	}
	return s.recordTx(tx, who.Actor(), *i, PermUpload, nil, map[string]any{"kind": i.Kind, "size": i.Size, "sha256": hexOf(i.SHA256)})
}

// recogniseTx opens the file and maps its columns: as the last file with these
// headings was mapped, else by the usual names.
func (s *Service) recogniseTx(tx *db.Tx, i *Import, own *crypt.Subject, o sheet.Options) (set setup, err error) {
	r, done, err := s.open(*i, own, o)
	if err != nil {
		return setup{}, err
	}
	defer done()
	i.Format = r.Format
	set = setup{Header: r.Header, Encoding: r.Encoding, Sheet: r.Sheet, Sheets: r.Sheets}
	fields, err := s.fieldsTx(tx, i.OrgID, i.Kind)
	if err != nil {
		return setup{}, err
	}
	if set.Mapping, set.Remembered, err = rememberedMapping(tx, own, i.OrgID, headerHash(i.Kind, r.Header)); err != nil {
		return setup{}, err
	}
	if !set.Remembered || set.Mapping.validate(i.Kind, fields, r.Header) != nil {
		set.Mapping, set.Remembered = suggest(fields, r.Header), false
	}
	return set, nil
}

// open reads the sealed file; done frees what that holds.
func (s *Service) open(i Import, own *crypt.Subject, o sheet.Options) (r *sheet.Reader, done func(), err error) {
	at, err := s.Blobs.OpenAt(blob.Ref{ID: i.ID, Size: i.Size, SHA256: i.SHA256}, own)
	if err != nil {
		return nil, nil, ErrFileGone.Wrap(err)
	}
	if r, err = sheet.Open(at, i.Size, o); err != nil {
		return nil, nil, errors.Join(err, at.Close())
	}
	return r, func() { _, _ = r.Close(), at.Close() }, nil
}

func (s *Service) ownTx(tx *db.Tx, company id.ID) (*crypt.Subject, error) {
	c, err := s.Keys.CompanyTx(tx, company)
	if err != nil {
		return nil, err
	}
	return c.Own(), nil
}

func (s *Service) fieldsTx(tx *db.Tx, company id.ID, k Kind) ([]Field, error) {
	own, schemes, err := s.Customers.SettingsTx(tx, company)
	return fieldsOf(k, own, schemes), err
}

func (s *Service) recordTx(tx *db.Tx, by audit.Actor, i Import, action string, before, after any) error {
	return s.Audit.RecordTx(tx, audit.Change{OrgID: i.OrgID, Actor: by, Action: action, ObjectType: sourceType, ObjectID: i.ID, Before: before, After: after})
}

// Fields lists what the columns of a kind may hold.
func (s *Service) Fields(ctx context.Context, company id.ID, k Kind) (fields []Field, err error) {
	_, company, err = access.AllowOne(ctx, PermFields, company)
	if err != nil {
		return nil, err
	}
	return fields, s.DB.Read(ctx, func(tx *db.Tx) error { fields, err = s.fieldsTx(tx, company, k); return err })
}

// MapInput maps the columns, and says again how the file is to be read.
type MapInput struct {
	Mode     Mode        `json:"mode" enum:"create,update,both"`
	Encoding cn.Encoding `json:"encoding,omitempty" enum:"utf-8,utf-16le,utf-16be,gb18030" doc:"of CSV; another than found out reads the headings anew"`
	Sheet    string      `json:"sheet,omitempty" maxLength:"100" doc:"of XLSX; another one reads its headings"`
	Mapping  *Mapping    `json:"mapping,omitempty" doc:"absent with another encoding or sheet: suggested anew"`
}

// Map sets mode and mapping, and remembers the mapping for files with the same
// headings. Errors: validation, ErrState, db.ErrStale, those of package sheet.
func (s *Service) Map(ctx context.Context, i id.ID, version int64, in MapInput) (Detail, error) {
	who, err := access.Allow(ctx, PermMap)
	if err != nil {
		return Detail{}, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		imp, set, own, err := s.loadTx(tx, who.Scope, i)
		if err != nil {
			return err
		}
		if imp.State == Checked {
			imp.State = Uploaded
		}
		if imp.State != Uploaded {
			return ErrState.With("state", string(imp.State))
		}
		imp.Mode = in.Mode
		if anew := in.Encoding != "" && in.Encoding != set.Encoding || in.Sheet != "" && in.Sheet != set.Sheet; anew {
			if set, err = s.recogniseTx(tx, &imp, own, sheet.Options{Encoding: in.Encoding, Sheet: in.Sheet}); err != nil {
				return err
			}
		}
		if in.Mapping != nil {
			if err := s.remapTx(tx, imp, &set, own, *in.Mapping); err != nil {
				return err
			}
		}
		imp.Planned, imp.Error, imp.RowsDone = Counts{}, Stop{}, 0
		if err := updateSetup(tx, imp, own, set, version); err != nil {
			return err
		}
		return s.recordTx(tx, who.Actor(), imp, PermMap, nil, map[string]any{"mode": in.Mode, "columns": len(set.Mapping.Columns)})
	})
	if err != nil {
		return Detail{}, err
	}
	return s.detail(ctx, who, i)
}

func (s *Service) remapTx(tx *db.Tx, imp Import, set *setup, own *crypt.Subject, m Mapping) error {
	fields, err := s.fieldsTx(tx, imp.OrgID, imp.Kind)
	if err != nil {
		return err
	}
	if err := m.validate(imp.Kind, fields, set.Header); err != nil {
		return err
	}
	set.Mapping, set.Remembered = m, false
	return rememberMapping(tx, own, imp.OrgID, headerHash(imp.Kind, set.Header), m)
}

// rights refuses a caller who may not make by hand what the rows become.
func rights(who access.Who, i Import, m Mapping) error {
	var need []string
	add := func(module string) {
		if i.Mode.creates() {
			need = append(need, module+".create")
		}
		if i.Mode.updates() {
			need = append(need, module+".update")
		}
	}
	switch i.Kind {
	case Customers:
		add("customer")
	case Contacts:
		need = []string{customer.PermUpdate}
	}
	if i.Kind != Contacts && m.has("account_no") {
		add("supply")
	}
	for _, permission := range need {
		if w, ok := who.May(permission); !ok || !w.Scope.Has(i.OrgID) {
			return ErrRights.With("permission", permission)
		}
	}
	return nil
}

func (m Mapping) has(field string) bool {
	for _, c := range m.Columns {
		if c.Field == field {
			return true
		}
	}
	return m.Constants[field] != ""
}
