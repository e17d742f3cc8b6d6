package privacy_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// unpacked gives the files of an export by name.
func (w *world) unpacked(e privacy.Export) map[string]string {
	w.t.Helper()
	r, name, size, err := w.Download(w.as(head), e.ID)
	w.must(err)
	raw, err := io.ReadAll(r)
	w.must(err)
	w.must(r.Close())
	if int64(len(raw)) != size || !strings.HasSuffix(name, ".zip") {
		w.t.Errorf("%s: %d of %d bytes", name, len(raw), size)
	}
	z, err := zip.NewReader(bytes.NewReader(raw), size)
	w.must(err)
	files := map[string]string{}
	for _, f := range z.File {
		in, err := f.Open()
		w.must(err)
		content, err := io.ReadAll(in)
		w.must(err)
		files[f.Name] = string(content)
	}
	return files
}

func TestAnExportHoldsEverything(t *testing.T) {
	each(t, func(w *world) {
		c, ghost := w.lived()
		_, err := w.customers.AddNote(w.as(clerk), "", c.ID, customer.NoteInput{Text: "<script>alert(1)</script>"})
		w.must(err)
		d := w.verified(c, privacy.Access)
		e, err := w.Export(w.as(head), "k", d.ID, byApproval)
		w.must(err)
		again, err := w.Export(w.as(head), "k", d.ID, byApproval)
		w.must(err)
		_, _, _, err = w.Download(w.as(head), e.ID)
		w.wants(err, privacy.ErrNotReady)
		w.run()
		files := w.unpacked(e)
		page, raw := files["个人信息.html"], files["data.json"]
		for _, want := range []string{name, phone, card, "住在白驼山", "7K2Q-90FM-4TXC-B13Z", head.Name, "来电", "回电", ghost.CustomerNo, "推广短信", "13800138001"} {
			if !strings.Contains(page, want) || !strings.Contains(raw, want) {
				w.t.Errorf("%s stands in page %t, data %t", want, strings.Contains(page, want), strings.Contains(raw, want))
			}
		}
		if strings.Contains(page, "<script>") || files["files/001-"+name+".txt"] != "的身份证复印件" || again.ID != e.ID {
			w.t.Errorf("files %d, again %s", len(files), again.ID)
		}
		var data struct {
			Sections []struct {
				Key     string              `json:"key"`
				Records []map[string]string `json:"records"`
			} `json:"sections"`
		}
		w.must(json.Unmarshal([]byte(raw), &data))
		if len(data.Sections) < 8 {
			w.t.Errorf("%d sections", len(data.Sections))
		}
		w.now = w.now.Add(73 * time.Hour)
		_, _, _, err = w.Download(w.as(head), e.ID)
		w.wants(err, privacy.ErrExpired)
		w.run()
		if w.filesLeft() != 1 {
			w.t.Errorf("%d files after its time", w.filesLeft())
		}
	})
}

func TestExportsAreForVerifiedRequestsOfTheCompany(t *testing.T) {
	each(t, func(w *world) {
		c := w.person("李四")
		r, err := w.Receive(w.as(clerk), "", privacy.ReceiveInput{CustomerID: c.ID, Kind: privacy.Access, Channel: "phone"})
		w.must(err)
		_, err = w.Export(w.as(head), "", r.ID, byApproval)
		w.wants(err, privacy.ErrState)
		other := w.verified(c, privacy.Correct)
		_, err = w.Export(w.as(head), "", other.ID, byApproval)
		w.wants(err, privacy.ErrKind)
		d, err := w.Verify(w.as(clerk), r.ID, r.Version, privacy.VerifyInput{Proof: "document", Note: "一致"})
		w.must(err)
		_, err = w.Export(w.as(stranger), "", d.ID, byApproval)
		w.wants(err, db.ErrNotFound)
		for _, in := range []privacy.ExportInput{{}, blunt} {
			_, err = w.Export(w.as(head), "", d.ID, in)
			w.wants(err, privacy.ErrLookup)
		}
		w.approved.until = w.now.Add(time.Hour)
		e, err := w.Export(w.as(head), "", d.ID, byApproval)
		w.must(err)
		w.run()
		for _, u := range []access.User{stranger, second} {
			_, _, _, err = w.Download(w.as(u), e.ID)
			w.wants(err, db.ErrNotFound)
		}
		w.approved.until = w.now
		_, _, _, err = w.Download(w.as(head), e.ID)
		w.wants(err, errOver)
	})
}

// An erasure takes the copies of the data along.
func TestExportsGoWithThePerson(t *testing.T) {
	each(t, func(w *world) {
		c := w.person(name)
		d := w.verified(c, privacy.Access)
		e, err := w.Export(w.as(head), "", d.ID, byApproval)
		w.must(err)
		w.run()
		d, err = w.Get(w.as(head), d.ID)
		w.must(err)
		_, err = w.Finish(w.as(head), d.ID, d.Version, privacy.FinishInput{Outcome: "已交付"})
		w.must(err)
		w.erased(c)
		_, _, _, err = w.Download(w.as(head), e.ID)
		w.wants(err, db.ErrNotFound)
		if w.filesLeft() != 0 {
			w.t.Error("the file is left")
		}
		w.now = w.now.Add(80 * time.Hour)
		w.run() // the expiry finds nothing to do
	})
}
