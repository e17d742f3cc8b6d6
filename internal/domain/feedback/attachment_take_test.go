package feedback_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"image"
	"image/png"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// approved is a running look-up of a user's, which the head approved.
func (w *world) approved(u access.User, of customer.Customer, sensitive bool, uses ...lookup.Use) id.ID {
	w.t.Helper()
	d, err := w.lookups.Ask(w.as(u), "", lookup.AskInput{CustomerIDs: []id.ID{of.ID}, Purpose: "complaint", Reason: "核对工单材料", Uses: uses, Sensitive: sensitive, Minutes: 20})
	w.must(err)
	d, err = w.lookups.Decide(w.as(w.head), d.ID, d.Version, lookup.DecideInput{Approve: true})
	w.must(err)
	d, err = w.lookups.Start(w.as(u), d.ID, d.Version)
	w.must(err)
	return d.ID
}

// of is a complaint of a customer.
func of(c customer.Customer) feedback.CreateInput {
	in := complaint()
	in.CustomerID = c.ID
	return in
}

func (w *world) attached(u access.User, d feedback.Detail, name, content string) feedback.Attachment {
	w.t.Helper()
	a, err := w.Attach(w.as(u), "", d.ID, name, strings.NewReader(content))
	w.must(err)
	return a
}

func photo(t *testing.T) string {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 900, 300))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A file is evidence: who works on the case sees pictures of it, others that it is there.
func TestFilesOfACase(t *testing.T) {
	each(t, func(w *world) {
		d := w.accepted(of(w.li))
		text, picture := w.attached(w.zhang, d, "现场记录.txt", "证据"), w.attached(w.zhang, d, "现场.png", photo(w.t))
		if _, err := w.Attach(w.as(w.zhang), "", d.ID, "run.exe", strings.NewReader("MZ")); !errors.Is(err, customer.ErrFileType) {
			w.t.Errorf("a program: %v", err)
		}
		if got, _ := w.Get(w.as(w.wu), d.ID); len(got.Attachments) != 2 || got.Attachments[1].Name != "****.txt" {
			w.t.Errorf("a colleague sees %+v", got.Attachments)
		}
		f, err := w.Preview(w.as(w.zhang), d.ID, picture.ID)
		if err != nil || f.MediaType != "image/jpeg" || f.Name != "现场.jpg" {
			w.t.Errorf("%s %s, %v", f.Name, f.MediaType, err)
		}
		for want, err := range map[error]error{
			customer.ErrNoPreview: second(w.Preview(w.as(w.zhang), d.ID, text.ID)), feedback.ErrConcealed: second(w.Preview(w.as(w.wu), d.ID, picture.ID)),
			db.ErrNotFound: second(w.Preview(w.as(w.yi), d.ID, picture.ID)),
		} {
			if !errors.Is(err, want) {
				w.t.Errorf("%v, want %v", err, want)
			}
		}
		w.must(w.Detach(w.as(w.zhang), d.ID, text.ID, text.Version))
		if _, err := w.a.Blobs.Open(blob.Ref{ID: text.ID, Size: text.Size}, nil); err == nil {
			w.t.Error("the file is still there")
		}
	})
}

// Whoever takes a file out of the house has an approval, and his mark on it.
func TestFilesOfACaseLeaveByAnApproval(t *testing.T) {
	each(t, func(w *world) {
		d := w.accepted(of(w.li))
		a := w.attached(w.zhang, d, "现场记录.txt", "证据")
		view, plain, other, given := w.approved(w.zhang, w.li, true, lookup.View), w.approved(w.zhang, w.li, false, lookup.Export), w.approved(w.zhang, w.wang, true, lookup.Export), w.approved(w.zhang, w.li, true, lookup.Export)
		for name, c := range map[string]struct {
			by     access.User
			lookup id.ID
			want   error
		}{
			"without one, working on it": {w.zhang, id.ID{}, customer.ErrNeedsLookup}, "for the screen": {w.zhang, view, lookup.ErrUse}, "without sensitive fields": {w.zhang, plain, customer.ErrConcealed},
			"of another customer": {w.zhang, other, lookup.ErrNotIn}, "a colleague's": {w.wu, given, db.ErrNotFound}, "in another company": {w.yi, given, db.ErrNotFound},
		} {
			if _, err := w.Download(w.as(c.by), d.ID, a.ID, c.lookup); !errors.Is(err, c.want) {
				w.t.Errorf("%s: %v, want %v", name, err, c.want)
			}
		}
		before := w.count("SELECT count(*) FROM lookup_release")
		f, err := w.Download(w.as(w.zhang), d.ID, a.ID, given)
		w.must(err)
		z, err := zip.NewReader(bytes.NewReader(f.Content), int64(len(f.Content)))
		w.must(err)
		serial, rest, _ := strings.Cut(z.File[1].Name, " ")
		sheet := w.read(z.File[0])
		if rest != "现场记录.txt" || w.read(z.File[1]) != "证据" || !strings.Contains(sheet, d.CaseNo) || !strings.Contains(sheet, "张工") || !strings.Contains(sheet, serial) {
			w.t.Errorf("it leaves as %s with %s", z.File[1].Name, sheet)
		}
		traced, err := w.lookups.Trace(w.as(w.head), serial)
		if err != nil || traced.UserID != w.zhang.ID || traced.What != customer.WhatCaseFile || w.count("SELECT count(*) FROM lookup_release") != before+1 {
			w.t.Errorf("%+v, %v", traced, err)
		}
		if w.now = w.now.Add(time.Hour); !errors.Is(second(w.Download(w.as(w.zhang), d.ID, a.ID, given)), lookup.ErrState) {
			w.t.Error("it left after the look-up was over")
		}
	})
}

func (w *world) read(f *zip.File) string {
	w.t.Helper()
	r, err := f.Open()
	w.must(err)
	raw, err := io.ReadAll(r)
	w.must(errors.Join(err, r.Close()))
	return string(raw)
}

// Nobody can be asked about a customer that there is none of: who decides takes the file.
func TestFilesOfNobodyAreTakenByWhoDecides(t *testing.T) {
	each(t, func(w *world) {
		d := w.accepted(complaint())
		a := w.attached(w.zhang, d, "照片.png", photo(w.t))
		if _, err := w.Download(w.as(w.zhang), d.ID, a.ID, id.ID{}); !errors.Is(err, lookup.ErrDecider) {
			w.t.Errorf("who works on it: %v", err)
		}
		f, err := w.Download(w.as(w.head), d.ID, a.ID, id.ID{})
		w.must(err)
		serial, _, _ := strings.Cut(f.Name, " ")
		traced, err := w.lookups.Trace(w.as(w.head), serial)
		if err != nil || f.MediaType != "image/jpeg" || traced.UserID != w.head.ID || traced.Kind != lookup.Own || traced.LookupID != d.ID {
			w.t.Errorf("%s, %+v, %v", f.MediaType, traced, err)
		}
	})
}

// On paper a case is masked for everybody, those who work on it too, but by a release.
func TestACaseOnPaper(t *testing.T) {
	each(t, func(w *world) {
		d := w.accepted(of(w.li))
		masked, err := w.Sheet(w.as(w.zhang), d.ID, customer.WhatWorkOrder, id.ID{})
		w.must(err)
		if masked.Mark != nil || masked.CallerPhone == phone || masked.CallerName == "李小明" || masked.CustomerName == "李小明" || strings.Contains(masked.Text, "13911112222") || strings.Contains(masked.Place, "12号") {
			w.t.Errorf("without an approval: %+v", masked.Case)
		}
		given := w.approved(w.zhang, w.li, false, lookup.Print)
		taken, err := w.lookups.Take(w.as(w.zhang), "k", given, lookup.SheetInput{CustomerID: w.li.ID, Sheet: customer.WhatWorkOrder})
		w.must(err)
		whole, err := w.Sheet(w.as(w.zhang), d.ID, customer.WhatWorkOrder, taken.ID)
		w.must(err)
		if whole.Mark == nil || whole.Mark.Serial != taken.Serial || whole.CallerPhone != phone || whole.CustomerName != "李小明" || whole.Place != "城关镇人民路12号" || whole.Events[0].Kind != "create" {
			w.t.Errorf("by an approval: %+v", whole.Case)
		}
		for name, err := range map[string]error{
			"for another sheet":   second(w.Sheet(w.as(w.zhang), d.ID, customer.WhatThanks, taken.ID)),
			"by a colleague":      second(w.Sheet(w.as(w.wu), d.ID, customer.WhatWorkOrder, taken.ID)),
			"of another customer": second(w.Sheet(w.as(w.zhang), w.accepted(of(w.wang)).ID, customer.WhatWorkOrder, taken.ID)),
			"of another company":  second(w.Sheet(w.as(w.yi), d.ID, customer.WhatWorkOrder, id.ID{})),
		} {
			if !errors.Is(err, db.ErrNotFound) {
				w.t.Errorf("%s: %v", name, err)
			}
		}
	})
}
