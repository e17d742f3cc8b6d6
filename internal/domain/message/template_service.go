package message

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// TemplateDetail is a template with all its versions.
type TemplateDetail struct {
	Template
	Past []TemplateVersion `json:"past" nullable:"false" doc:"earlier versions, the newest first"`
}

// TemplateVersion is how the texts once were.
type TemplateVersion struct {
	Version  int64        `json:"version" doc:"0: as it was shipped"`
	MadeName string       `json:"made_name,omitempty"`
	MadeAt   when.Instant `json:"made_at,omitzero"`
	Texts    Texts        `json:"texts"`
}

// under is a template with the texts of a row.
func (t Template) under(r templateRow) (Template, error) {
	var texts Texts
	if err := json.Unmarshal([]byte(r.Body), &texts); err != nil {
		return t, fmt.Errorf("message template %s@%d: %w", r.Code, r.Version, err)
	}
	t.Texts, t.Version, t.MadeName, t.MadeAt = texts, r.Version, r.MadeName, r.MadeAt
	return t, nil
}

// templateTx is the template as a company uses it. Error: db.ErrNotFound.
func (s *Service) templateTx(tx *db.Tx, org id.ID, code string) (Template, error) {
	t, ok := shipped[code]
	if !ok {
		return t, db.ErrNotFound
	}
	rows, err := templateVersions(tx, org, code, 1)
	if err != nil || len(rows) == 0 {
		return t, err
	}
	return t.under(rows[0])
}

// templateVersionTx is the template as it was when something was said.
func (s *Service) templateVersionTx(tx *db.Tx, org id.ID, code string, version int64) (Template, error) {
	t := shipped[code]
	if version == 0 {
		return t, nil
	}
	r, err := templateOfVersion(tx, org, code, version)
	if err != nil {
		return t, err
	}
	return t.under(r)
}

// Templates lists the templates as a company uses them, by code.
func (s *Service) Templates(ctx context.Context, company id.ID) (all []Template, err error) {
	_, org, err := access.AllowOne(ctx, PermTemplates, company)
	if err != nil {
		return nil, err
	}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := templatesInForce(tx, org)
		if err != nil {
			return err
		}
		all = make([]Template, 0, len(shipped))
		for _, code := range codes() {
			t := shipped[code]
			if i := slices.IndexFunc(rows, func(r templateRow) bool { return r.Code == code }); i >= 0 {
				if t, err = t.under(rows[i]); err != nil {
					return err
				}
			}
			all = append(all, t)
		}
		return nil
	})
}

// Template gives one with its versions. Error: db.ErrNotFound.
func (s *Service) Template(ctx context.Context, company id.ID, code string) (d TemplateDetail, err error) {
	_, org, err := access.AllowOne(ctx, PermTemplates, company)
	if err != nil {
		return d, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error { d, err = s.templateDetailTx(tx, org, code); return err })
}

func (s *Service) templateDetailTx(tx *db.Tx, org id.ID, code string) (d TemplateDetail, err error) {
	d.Past = []TemplateVersion{}
	if d.Template, err = s.templateTx(tx, org, code); err != nil || d.Version == 0 {
		return d, err
	}
	rows, err := templateVersions(tx, org, code, maxVersions)
	if err != nil {
		return d, err
	}
	for _, r := range rows[1:] {
		t, err := d.under(r)
		if err != nil {
			return d, err
		}
		d.Past = append(d.Past, TemplateVersion{Version: r.Version, MadeName: r.MadeName, MadeAt: r.MadeAt, Texts: t.Texts})
	}
	d.Past = append(d.Past, TemplateVersion{Texts: shipped[code].Texts})
	return d, nil
}

// PreviewTemplate shows texts with sample values; nothing is kept. Errors: validation,
// db.ErrNotFound.
func (s *Service) PreviewTemplate(ctx context.Context, code string, texts Texts) (p Preview, err error) {
	if _, err := access.Allow(ctx, PermTemplates); err != nil {
		return p, err
	}
	t, ok := shipped[code]
	if !ok {
		return p, db.ErrNotFound
	}
	if err := t.check(texts); err != nil {
		return p, err
	}
	t.Texts = texts
	return t.preview()
}

// EditTemplate makes the next version of a company's texts; what is in the outbox keeps
// its own. Errors: validation, ErrSame, db.ErrNotFound, db.ErrStale.
func (s *Service) EditTemplate(ctx context.Context, company id.ID, code string, version int64, texts Texts) (d TemplateDetail, err error) {
	who, org, err := access.AllowOne(ctx, PermEditTemplate, company)
	if err != nil {
		return d, err
	}
	return d, s.DB.Write(ctx, func(tx *db.Tx) error {
		before, err := s.templateTx(tx, org, code)
		if err != nil {
			return err
		}
		if before.Version != version {
			return db.ErrStale
		}
		if err := before.check(texts); err != nil {
			return err
		}
		body, err := sameOrNew(before.Texts, texts)
		if err != nil {
			return err
		}
		if err := insertTemplate(tx, templateRow{OrgID: org, Code: code, Version: version + 1, Body: body, MadeBy: who.UserID, MadeName: who.Name, MadeAt: tx.Now()}); err != nil {
			return err
		}
		if d, err = s.templateDetailTx(tx, org, code); err != nil {
			return err
		}
		return s.Audit.RecordTx(tx, audit.Change{OrgID: org, Actor: who.Actor(), Action: PermEditTemplate, ObjectType: objectTemplate, ObjectID: objectOf(code),
			Before: before.Texts, After: texts})
	})
}

// sameOrNew is how texts are kept. Error: ErrSame.
func sameOrNew(before, after Texts) (string, error) {
	a, err := json.Marshal(before)
	if err != nil {
		return "", fmt.Errorf("message: %w", err)
	}
	b, err := json.Marshal(after)
	if err != nil {
		return "", fmt.Errorf("message: %w", err)
	}
	if string(a) == string(b) {
		return "", ErrSame
	}
	return string(b), nil
}

// objectOf names a template or channel where an identifier is wanted.
func objectOf(code string) (i id.ID) {
	h := sha256.Sum256([]byte(code))
	copy(i[:], h[:])
	return i
}
