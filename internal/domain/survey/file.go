package survey

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// maxUpload bounds a response file in bytes.
const maxUpload = 256 << 20

// File is a response file that was sent.
type File struct {
	ID        id.ID        `json:"id"`
	Name      string       `json:"name"`
	Size      int64        `json:"size" doc:"bytes"`
	SHA256    Digest       `json:"sha256"`
	CreatedAt when.Instant `json:"created_at"`
	Summary   *Summary     `json:"summary,omitempty" doc:"outcome of the last check or import"`
	Version   int64        `json:"version" doc:"raised by each check and import"`
}

func (f fileRow) file() (File, error) {
	out := File{ID: f.ID, Name: f.Name, Size: f.Size, SHA256: f.SHA256, CreatedAt: f.CreatedAt, Version: f.Version}
	if f.Summary == "" {
		return out, nil
	}
	out.Summary = &Summary{}
	if err := json.Unmarshal([]byte(f.Summary), out.Summary); err != nil {
		return File{}, fmt.Errorf("survey: summary of file %s: %w", f.ID, err)
	}
	return out, nil
}

// ReadOptions say how a file is to be read where the program's guess is wrong.
type ReadOptions struct {
	Encoding cn.Encoding `json:"encoding,omitempty" query:"encoding" enum:"utf-8,utf-16le,utf-16be,gb18030" doc:"of CSV; absent: found out"`
	Sheet    string      `json:"sheet,omitempty" query:"sheet" maxLength:"60" doc:"of XLSX; absent: the first"`
}

// Preview is what a file looks like, and how it would be mapped.
type Preview struct {
	File       File            `json:"file"`
	Format     sheet.Format    `json:"format" enum:"csv,xlsx"`
	Encoding   cn.Encoding     `json:"encoding,omitempty"`
	Separator  string          `json:"separator,omitempty"`
	Sheet      string          `json:"sheet,omitempty"`
	Sheets     []string        `json:"sheets,omitempty"`
	Columns    []ColumnPreview `json:"columns" nullable:"false"`
	Rows       [][]string      `json:"rows" nullable:"false" doc:"the first ten"`
	LookedAt   int             `json:"looked_at" doc:"rows the description of the columns rests on"`
	Mapping    Mapping         `json:"mapping" doc:"proposed"`
	Remembered bool            `json:"remembered" doc:"the proposal is how a file with this header was last imported"`
	Unmapped   []Question      `json:"unmapped" nullable:"false" doc:"items of the model without a column"`
	Questions  []Question      `json:"questions" nullable:"false" doc:"all items of the model"`
	Duplicates []Duplicate     `json:"duplicates" nullable:"false" doc:"studies that already hold the answers of this very file"`
}

// studyTx is a study with its company's keys.
func (s *Service) studyTx(tx *db.Tx, who access.Who, i id.ID) (study Study, company *crypt.Company, err error) {
	if study, err = studyByID(tx, who.Nodes, i); err != nil {
		return study, nil, err
	}
	company, err = s.keys.CompanyTx(tx, study.OrgID)
	return study, company, err
}

// open reads a stored file as a table; the second result closes both.
func (s *Service) open(ref blob.Ref, company *crypt.Company, o ReadOptions) (*sheet.Reader, func() error, error) {
	file, err := s.blobs.OpenAt(ref, company.Own())
	if err != nil {
		return nil, nil, err
	}
	r, err := sheet.Open(file, ref.Size, sheet.Options{Encoding: o.Encoding, Sheet: o.Sheet})
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return r, func() error { return errors.Join(r.Close(), file.Close()) }, nil
}

// Upload keeps a response file and previews it. Errors: db.ErrNotFound,
// blob.ErrTooLarge, ErrFiles, those of package sheet for an unreadable file.
func (s *Service) Upload(ctx context.Context, study id.ID, key, name string, content io.Reader) (p Preview, err error) {
	who, err := access.Allow(ctx, PermUpload)
	if err != nil {
		return Preview{}, err
	}
	f, company, err := s.put(ctx, who, study, name, content)
	if err != nil {
		return Preview{}, err
	}
	if p, err = s.preview(ctx, who, study, f, company, ReadOptions{}); err != nil {
		return Preview{}, errors.Join(err, s.blobs.Remove(f.ID))
	}
	made, err := s.keep(ctx, who, study, key, f, company)
	if err != nil || made != f.ID {
		err = errors.Join(err, s.blobs.Remove(f.ID))
	}
	p.File.ID = made
	return p, err
}

// put writes the content down, sealed.
func (s *Service) put(ctx context.Context, who access.Who, i id.ID, name string, content io.Reader) (f fileRow, company *crypt.Company, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		var study Study
		if study, company, err = s.studyTx(tx, who, i); err != nil {
			return err
		}
		files, err := filesOf(tx, company.Own(), study)
		if err == nil && len(files) >= maxFiles {
			err = ErrFiles.With("limit", maxFiles)
		}
		f = fileRow{OrgID: study.OrgID, ID: tx.NewID(), StudyID: study.ID, Name: blob.BaseName(name), CreatedBy: who.UserID, CreatedAt: tx.Now(), Version: 1}
		return err
	})
	if err != nil {
		return fileRow{}, nil, err
	}
	ref, err := s.blobs.Put(f.ID, company.Own(), content, maxUpload)
	f.Size, f.SHA256 = ref.Size, ref.SHA256
	return f, company, err
}

// keep makes the row of a file that was put.
func (s *Service) keep(ctx context.Context, who access.Who, i id.ID, key string, f fileRow, company *crypt.Company) (made id.ID, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		study, err := studyByID(tx, who.Nodes, i)
		if err != nil {
			return err
		}
		made, _, err = tx.Once(db.Once{OrgID: study.OrgID, UserID: who.UserID, Action: PermUpload, Key: key, Body: f.SHA256}, func() (id.ID, error) {
			if err := insertFile(tx, company.Own(), f); err != nil {
				return id.ID{}, err
			}
			return f.ID, s.recordTx(tx, who, study, nil, map[string]any{"file_id": f.ID, "name": f.Name, "sha256": Digest(f.SHA256)})
		})
		return err
	})
	return made, err
}

// Preview looks at a stored file. Errors: db.ErrNotFound, those of package sheet.
func (s *Service) Preview(ctx context.Context, study, file id.ID, o ReadOptions) (Preview, error) {
	who, err := access.Allow(ctx, PermPreview)
	if err != nil {
		return Preview{}, err
	}
	f, company, err := s.fileOf(ctx, who, study, file)
	if err != nil {
		return Preview{}, err
	}
	return s.preview(ctx, who, study, f, company, o)
}

// fileOf finds a file of a study within reach, with its company's keys.
func (s *Service) fileOf(ctx context.Context, who access.Who, study, file id.ID) (f fileRow, company *crypt.Company, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		var st Study
		if st, company, err = s.studyTx(tx, who, study); err != nil {
			return err
		}
		f, err = fileByID(tx, company.Own(), st, file)
		return err
	})
	return f, company, err
}

func (s *Service) preview(ctx context.Context, who access.Who, i id.ID, f fileRow, company *crypt.Company, o ReadOptions) (p Preview, err error) {
	r, closeFile, err := s.open(f.ref(), company, o)
	if err != nil {
		return Preview{}, err
	}
	defer func() { err = errors.Join(err, closeFile()) }()
	p = Preview{Format: r.Format, Encoding: r.Encoding, Sheet: r.Sheet, Sheets: r.Sheets}
	if r.Separator != 0 {
		p.Separator = string(r.Separator)
	}
	if p.File, err = f.file(); err != nil {
		return Preview{}, err
	}
	if p.Columns, p.Rows, p.LookedAt, err = look(r); err != nil {
		return Preview{}, err
	}
	return p, s.db.Read(ctx, func(tx *db.Tx) error { return s.propose(tx, who, i, r.Header, f.SHA256, &p) })
}

// propose fills in the mapping: the one remembered for this header, else one by
// names and contents.
func (s *Service) propose(tx *db.Tx, who access.Who, i id.ID, header []string, sha256 []byte, p *Preview) error {
	study, company, err := s.studyTx(tx, who, i)
	if err != nil {
		return err
	}
	q, err := s.questionnaires.QuestionnaireTx(tx, who.Nodes, study.Model)
	if err != nil {
		return err
	}
	if p.Mapping, p.Remembered, err = remembered(tx, company.Own(), study.OrgID, header); err != nil {
		return err
	}
	if !p.Remembered || p.Mapping.validate(header, q) != nil { // the model may be another now
		p.Mapping, p.Remembered = suggest(p.Columns, p.LookedAt, q), false
	}
	p.Questions, p.Unmapped = q.Questions, []Question{}
	for _, question := range q.Questions {
		mapped := func(c Column) bool { return c.Role == RoleItem && c.Target == question.Code }
		if !slices.ContainsFunc(p.Mapping.Columns, mapped) {
			p.Unmapped = append(p.Unmapped, question)
		}
	}
	p.Duplicates, err = s.duplicatesTx(tx, who, sha256)
	return err
}

func (s *Service) duplicatesTx(tx *db.Tx, who access.Who, sha256 []byte) (all []Duplicate, err error) {
	rows, err := importedFrom(tx, who.Nodes, sha256)
	all = []Duplicate{}
	for _, r := range rows {
		company, err := s.keys.CompanyTx(tx, r.OrgID)
		if err != nil {
			return nil, err
		}
		if r.FileName, err = company.Own().Open(dataRow{ID: r.DataID}.place("file_name"), r.SealedName); err != nil {
			return nil, err
		}
		all = append(all, r.Duplicate)
	}
	return all, err
}

// Discard removes a file; the data imported from it stay. Errors: db.ErrNotFound,
// db.ErrStale.
func (s *Service) Discard(ctx context.Context, study, file id.ID, version int64) error {
	who, err := access.Allow(ctx, PermDiscard)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		st, company, err := s.studyTx(tx, who, study)
		if err != nil {
			return err
		}
		f, err := fileByID(tx, company.Own(), st, file)
		if err != nil {
			return err
		}
		f.Version = version
		if err := deleteFile(tx, f); err != nil {
			return err
		}
		return s.recordTx(tx, who, st, map[string]any{"file_id": f.ID, "name": f.Name, "sha256": Digest(f.SHA256)}, nil)
	})
	if err != nil {
		return err
	}
	return s.blobs.Remove(file)
}
