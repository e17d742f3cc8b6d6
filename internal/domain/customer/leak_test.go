package customer_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// confidant is a person of whom everything personal is known, and his secrets by
// what they are; the ones he had before are told by history only.
func (w *world) confidant() (c, twin customer.Customer, secrets map[string]string) {
	w.t.Helper()
	ctx := w.as(w.one)
	secret := field("secret", customer.TextField)
	secret.Confidential = true
	w.must(second(w.CreateField(ctx, "", secret)))
	number, twins := residentID(w.t, "1961-09-17", 9), residentID(w.t, "1961-09-17", 11)
	in := person("欧阳前名", mobile(71827364), "0578-2987654")
	in.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, number), certificate(cn.KindOther, "军字第4711号")}
	in.Contacts[0].Person = "司马联络"
	in.Contacts = append(in.Contacts, contact(customer.Email, "geheim@example.com"), contact(customer.WeChat, "weixin_geheim"), contact(customer.Address, "莲都区秘密路9号"))
	in.Person, in.Fields = &customer.Person{Employer: "秘密单位"}, map[string]string{"secret": "秘密字段"}
	c = w.create(ctx, in)
	contacts := *asInputs(c.Contacts)
	contacts[0].Value = mobile(61827364)
	w.must(second(w.Update(ctx, c.ID, 1, customer.UpdateInput{Name: ptr("欧阳文渊"), Contacts: &contacts})))
	w.must(third(w.Fill(ctx, c.ID, 2, map[string]string{"secret": "新的密语"})))
	w.must(second(w.AddNote(ctx, "", c.ID, customer.NoteInput{Text: "机密备注", Confidential: true})))
	w.must(second(w.Attach(ctx, "", c.ID, "秘密文件.txt", strings.NewReader("秘密附件"))))
	other := person("欧阳文海", mobile(51827364))
	other.Certificates = []customer.CertificateInput{certificate(cn.KindResidentID, twins)}
	other.Contacts[0].Person = "上官联络"
	twin = w.create(ctx, other)
	return w.seen(ctx, c.ID), twin, map[string]string{"name": "欧阳文渊", "former name": "欧阳前名", "phone": mobile(61827364), "former phone": mobile(71827364), "landline": "2987654",
		"certificate": number, "other certificate": "4711", "person": "司马联络", "mail": "geheim@", "wechat": "weixin_", "address": "9号", "employer": "秘密单位", "birth": "1961-09-17",
		"field": "新的密语", "former value": "秘密字段", "note": "机密备注", "file": "秘密文件", "content": "秘密附件", "twin's name": "欧阳文海", "twin's phone": mobile(51827364),
		"twin's certificate": twins, "twin's person": "上官联络"}
}

// readings are all ways to read of a customer, over the API and by other modules.
func (w *world) readings(t *testing.T, caller string, ctx context.Context, c, twin customer.Customer) map[string]string {
	t.Helper()
	h, all := w.serve(callers{caller: ctx}), map[string]string{}
	ask := func(name string, s resttest.Scenario) {
		if s.Header == nil {
			s.Header = from(caller)
		}
		all[name] = resttest.Send(h, s).Body.String()
	}
	one := customers + "/" + c.ID.String()
	for _, path := range []string{"", "/card", "/timeline", "/notes", "/analyses", "/interactions", "/spent", "/attachments", "/fields", "/merges", "/history", "/history?limit=1"} {
		ask(path, resttest.Scenario{Path: one + path})
	}
	files, _, err := w.Attachments(ctx, c.ID, customer.Page{Limit: 1})
	w.must(err)
	content := one + "/attachments/" + files[0].ID.String() + "/content"
	ask("preview of a file", resttest.Scenario{Path: one + "/attachments/" + files[0].ID.String() + "/preview"})
	if ask("content without a look-up", resttest.Scenario{Path: content}); caller == "plain" {
		ask("content", resttest.Scenario{Path: content + "?lookup_id=" + approval.String()})
	}
	defined, err := w.Fields(ctx, id.ID{})
	w.must(err)
	ask("values", resttest.Scenario{Path: one + "/fields/" + defined[0].ID.String() + "/history"})
	for _, sort := range allSorts {
		ask("list by "+string(sort), resttest.Scenario{Path: customers + "?limit=1&phone=true&sort=" + string(sort)})
	}
	ask("list found", resttest.Scenario{Path: customers + "?q=6182736&phone=true"})
	ask("tags", resttest.Scenario{Path: "/api/v1/customer-tags"})
	ask("preview", resttest.Scenario{Path: one + "/merge-preview?from=" + twin.ID.String()})
	ask("preview, other way round", resttest.Scenario{Path: customers + "/" + twin.ID.String() + "/merge-preview?from=" + c.ID.String()})
	same := fmt.Sprintf(`{"kind":"person","name":"某人","contacts":[{"kind":"phone","value":%q}]}`, mobile(61827364))
	ask("check", resttest.Scenario{Method: "POST", Path: customers + "/check", Body: same})
	ask("duplicates", resttest.Scenario{Method: "POST", Path: customers, Body: same})
	found, err := w.Search(ctx, "欧阳", 20)
	w.must(err)
	all["search"] = encoded(t, found)
	e, err := w.Export(ctx, "", customer.ExportInput{Format: customer.CSV})
	w.must(err)
	w.work()
	_, r, err := w.DownloadExport(ctx, e.ID)
	w.must(err)
	raw, err := io.ReadAll(r)
	w.must(err)
	all["export"] = string(raw)
	return all
}

// answers are what changes answer of the customer.
func (w *world) answers(t *testing.T, ctx context.Context, c, twin customer.Customer) map[string]string {
	t.Helper()
	all := map[string]string{}
	keep := func(name string, v any, err error) {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		all[name] = encoded(t, v)
	}
	was, err := w.Update(ctx, c.ID, c.Version, customer.UpdateInput{Industry: ptr(fmt.Sprint(c.Version))})
	keep("update", was, err)
	was, err = w.Close(ctx, c.ID, was.Version, customer.CloseInput{Reason: "other"})
	keep("close", was, err)
	was, err = w.Reopen(ctx, c.ID, was.Version)
	keep("reopen", was, err)
	values, _, err := w.Fill(ctx, c.ID, was.Version, map[string]string{})
	keep("fill", values, err)
	merged, err := w.Merge(ctx, c.ID, was.Version, customer.MergeInput{FromID: twin.ID, FromVersion: twin.Version})
	keep("merge", merged, err)
	card, err := w.Card(ctx, c.ID, id.ID{})
	keep("card of the merged", card, err)
	back, err := w.Unmerge(ctx, twin.ID, w.seen(ctx, twin.ID).Version)
	keep("unmerge", back, err)
	return all
}

// Nothing personal leaves by any way to a caller without the right to see it,
// and all of it does to one who has it: so the ways are the right ones.
func TestNothingPersonalLeaksToCallersWithoutTheRight(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.SetReleases(&approved{})
		c, twin, secrets := w.confidant()
		everything := w.asUser(id.ID{2}, w.one, rights()...)
		masked := rights()
		masked = masked[:len(masked)-1] // all but customer.reveal, which is the last
		told, ways := map[string]bool{}, 0
		for _, caller := range []struct {
			name  string
			ctx   context.Context
			plain bool
		}{{"plain", everything, true}, {"masked", w.asUser(id.ID{3}, w.one, masked...), false}} {
			read := w.readings(t, caller.name, caller.ctx, w.seen(everything, c.ID), w.seen(everything, twin.ID))
			for name, text := range w.answers(t, caller.ctx, w.seen(everything, c.ID), w.seen(everything, twin.ID)) {
				read["answer of "+name] = text
			}
			for way, text := range read {
				ways++
				for name, secret := range secrets {
					if !strings.Contains(text, secret) {
						continue
					}
					told[name] = told[name] || caller.plain
					if !caller.plain {
						t.Errorf("%s tells the %s (%s): %s", way, name, secret, text)
					}
				}
			}
		}
		for name := range secrets {
			if !told[name] {
				t.Errorf("the %s is told to nobody: the test looks at the wrong place", name)
			}
		}
		if ways < 60 {
			t.Errorf("only %d readings", ways)
		}
	})
}

// Who may see personal data of one company only sees that of others masked, in
// one list.
func TestSightGoesByCompany(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a, b := w.create(w.as(w.one), person("欧阳文渊", mobile(1111))), w.create(w.as(w.two), person("欧阳文海", mobile(2222)))
		both := w.twoHats()
		items, _, err := w.List(both, customer.ListInput{Sort: "created_at", Limit: 9, WithPhone: true})
		w.must(err)
		got := fmt.Sprint(items[0].Name, items[0].Phone, items[0].Masked, " ", items[1].Name, items[1].Phone, items[1].Masked)
		if want := "欧阳文渊" + mobile(1111) + "false 欧阳*海154****2222true"; got != want {
			t.Errorf("list %s, want %s", got, want)
		}
		found, err := w.Search(both, "欧阳", 9)
		if err != nil || len(found) != 2 || found[0].Masked == found[1].Masked {
			t.Errorf("%+v %v", found, err)
		}
		for c, want := range map[id.ID]string{a.ID: "欧阳文渊", b.ID: "欧阳*海"} {
			if got := w.seen(both, c); got.Name != want {
				t.Errorf("%s, want %s", got.Name, want)
			}
		}
	})
}

// twoHats is a caller who reads the province but reveals in the first company only.
func (w *world) twoHats() context.Context {
	c := access.NewCaller(access.User{ID: clerkID, Name: "柜员甲", Locale: "zh", HomeOrgID: w.one.ID}, w.tree,
		access.Held{Patterns: access.Patterns{"customer.list", "customer.get"}, OrgID: w.province.ID}, access.Held{Patterns: access.Patterns{customer.PermReveal}, OrgID: w.one.ID})
	return access.WithCaller(context.Background(), c)
}
