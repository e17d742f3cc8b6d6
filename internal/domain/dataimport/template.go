package dataimport

import (
	"context"
	"errors"
	"io"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// Template is an empty file to be filled in: its headings are those by which
// columns are recognised.
type Template struct {
	Name     string
	format   sheet.Format
	headings []string
}

// Template prepares the file for a kind of rows in a language, with the company's
// own fields and classes. Error: db.ErrOrgRequired.
func (s *Service) Template(ctx context.Context, company id.ID, k Kind, f sheet.Format, lang string) (t Template, err error) {
	_, company, err = access.AllowOne(ctx, PermTemplate, company)
	if err != nil {
		return Template{}, err
	}
	t = Template{Name: s.Text(lang, "dataimport.template."+string(k), nil) + "." + string(f), format: f}
	return t, s.DB.Read(ctx, func(tx *db.Tx) error {
		fields, err := s.fieldsTx(tx, company, k)
		t.headings = headingsOf(fields, lang)
		return err
	})
}

// headingsOf names fields by columns. A company's field that is called like another
// one is left out: a file may not have a heading twice.
func headingsOf(fields []Field, lang string) (headings []string) {
	seen := map[string]bool{}
	for _, f := range fields {
		name := f.name(lang)
		if folded := cn.Fold(name); !seen[folded] {
			seen[folded] = true
			headings = append(headings, name)
		}
	}
	return headings
}

// Write writes the file.
func (t Template) Write(_ context.Context, to io.Writer) error {
	out, err := sheet.NewWriter(to, t.format)
	if err != nil {
		return err
	}
	return errors.Join(out.Write(t.headings), out.Close())
}
