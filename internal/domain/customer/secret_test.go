package customer_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

// TestTheDatabaseFileTellsNoSecrets plants what is confidential everywhere it may
// be written, and then reads the bytes on the disk.
func TestTheDatabaseFileTellsNoSecrets(t *testing.T) {
	c := dbtest.Config(t, db.SQLite)
	w := &world{t: t, now: new(when.Instant)}
	*w.now = 1_772_413_200_000_000
	c.Clock = func() when.Instant { return *w.now }
	d, err := db.Open(context.Background(), c)
	w.must(err)
	w.db = d
	w.must(d.Migrate(context.Background()))
	w.open()
	secrets := w.plant()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, dir := range []string{filepath.Dir(c.File), w.files} {
		w.must(filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			for _, s := range secrets {
				if bytes.Contains(raw, []byte(s)) {
					t.Errorf("%q stands in %s", s, filepath.Base(path))
				}
			}
			for _, open := range []string{"欧阳文渊", "解放街七号"} {
				found[open] = found[open] || bytes.Contains(raw, []byte(open))
			}
			return err
		}))
	}
	if !found["欧阳文渊"] || !found["解放街七号"] {
		t.Errorf("names and premises stand open, but %v: the search of the files does not work", found)
	}
}

// plant writes the secrets through every door and returns them.
func (w *world) plant() []string {
	w.t.Helper()
	ctx := w.as(w.one)
	phone, number := mobile(71827364), residentID(w.t, "1961-09-17", 9)
	in := person("欧阳文渊", phone)
	in.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, number)}
	in.Contacts = append(in.Contacts, contact(customer.Email, "geheim@example.com"), contact(customer.WeChat, "weixin_geheim"), contact(customer.Address, "秘密小区一号"))
	in.Person = &customer.Person{Employer: "秘密单位"}
	secret := field("secret", customer.TextField)
	secret.Confidential = true
	w.must(second(w.CreateField(ctx, "", secret)))
	in.Fields = map[string]string{"secret": "秘密字段"}
	c, err := w.Create(ctx, "key", in)
	w.must(err)
	w.must(second(w.Update(ctx, c.ID, 1, customer.UpdateInput{Industry: ptr("渔业")})))
	w.must(second(w.AddNote(ctx, "", c.ID, customer.NoteInput{Text: "秘密备注"})))
	w.must(second(w.Log(ctx, "", c.ID, customer.InteractionInput{Mode: customer.Call, InteractionBody: customer.InteractionBody{Place: "秘密地点", Content: "秘密往来"}})))
	w.must(second(w.Analyse(ctx, "", c.ID, customer.AnalysisInput{Aspect: customer.Credit, Text: "秘密分析"})))
	w.must(second(w.Attach(ctx, "", c.ID, "秘密文件.txt", strings.NewReader("秘密附件"))))
	r, err := w.Receive(ctx, "", customer.ReceptionInput{ReceptionBody: customer.ReceptionBody{Name: "秘密访客", Phone: phone, Looks: "秘密外貌", Course: "秘密经过"}})
	w.must(err)
	w.must(second(w.LogReception(ctx, "", r.ID, customer.LogInput{Mode: customer.Call, Text: "秘密日志"})))
	w.must(second(w.CheckLog(w.asUser(w.manager, w.one), "", customer.CheckInput{ReceiverID: clerkID, Remark: "秘密意见"})))
	twin := in
	twin.ConfirmDuplicates = true
	other := w.create(ctx, twin)
	w.must(second(w.Merge(ctx, c.ID, 2, customer.MergeInput{FromID: other.ID, FromVersion: 1})))
	w.must(second(w.Unmerge(ctx, other.ID, w.seen(ctx, other.ID).Version)))
	many := w.draft(person("赵大", mobile(61827364)))
	w.write(func(tx *db.Tx) error {
		_, err := w.CreateManyTx(tx, w.batch(), []customer.NewCustomer{{Draft: many, Parts: customer.Parts{Addresses: []string{"解放街七号"}}}})
		return err
	})
	w.export(ctx, customer.ExportInput{Format: customer.CSV, Filter: customer.Filter{Query: phone}})
	return []string{phone, "71827364", mobile(61827364), number, number[:17], "geheim", "秘密", "1961-09-17"}
}
