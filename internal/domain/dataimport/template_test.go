package dataimport_test

import (
	"bytes"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/dataimport"
	"github.com/zhiyin-power/zhiyin/internal/infra/sheet"
)

// What a template is filled in with needs no mapping by hand.
func TestTemplatesAreRecognised(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.as(w.one)
		for _, kind := range []dataimport.Kind{dataimport.Customers, dataimport.Accounts, dataimport.Contacts} {
			fields, err := w.Fields(ctx, w.one.ID, kind)
			w.must(err)
			for _, lang := range []string{"zh", "en"} {
				for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
					file, err := w.Template(ctx, w.one.ID, kind, format, lang)
					w.must(err)
					var content bytes.Buffer
					w.must(file.Write(ctx, &content))
					d, err := w.Upload(ctx, dataimport.UploadInput{Kind: kind, FileName: file.Name}, &content)
					w.must(err)
					if d.Format != format || len(d.Mapping.Columns) != len(fields) {
						t.Errorf("%s %s %s: %d of %d columns recognised, format %s", kind, lang, format, len(d.Mapping.Columns), len(fields), d.Format)
					}
				}
			}
		}
	})
}

func TestTemplateNeedsTheRight(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.Template(w.holding(access.Patterns{"customer.*"}, w.one), w.one.ID, dataimport.Customers, sheet.XLSX, "zh")
		if fault.KindOf(err) != fault.Forbidden {
			t.Errorf("error %v", err)
		}
	})
}
