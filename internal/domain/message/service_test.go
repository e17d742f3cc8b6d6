package message_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/message"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// system is a caller who may do everything in a company.
func (w *world) system(org id.ID) context.Context {
	return access.WithCaller(context.Background(), access.NewCaller(access.User{Name: "system", Locale: "zh"}, w.Tree(), access.Held{Patterns: access.Patterns{"*"}, OrgID: org}))
}

func TestWhoMayNotSeeSeesTheTemplate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		i := w.put(w.sms())
		d, err := w.Get(w.as("message.get"), i)
		w.must(err)
		if d.To != "138****8000" || d.ToName != "李*明" || !d.Masked || !strings.Contains(d.Text, "{name}") || strings.Contains(d.Text, "李先生") || len(d.Actions) != 0 {
			t.Errorf("%+v", d)
		}
		d, err = w.Get(w.as("message.get", "message.reveal", "message.drop"), i)
		w.must(err)
		if d.To != "13800138000" || d.ToName != "李小明" || d.Masked || !strings.Contains(d.Text, "李先生") || len(d.Actions) != 1 {
			t.Errorf("%+v", d)
		}
		all, _, err := w.List(w.as("message.list"), message.Filter{State: []message.State{message.Queued}, Channel: message.SMS, ObjectID: id.ID{15: 7}, CreatedFrom: "2026-03-02", CreatedTo: "2026-03-02"}, "", 50)
		w.must(err)
		if len(all) != 1 || all[0].To != "138****8000" {
			t.Errorf("%+v", all)
		}
		if _, err := w.Get(w.system(w.Two.ID), i); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company: %v", err)
		}
		if _, err := w.Get(w.as("message.list"), i); !errors.Is(err, access.ErrForbidden) {
			t.Error(err)
		}
	})
}

func TestListsPage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		made := []id.ID{w.put(w.sms()), w.put(w.email()), w.put(w.sms())}
		var seen []id.ID
		cursor := ""
		for {
			all, next, err := w.List(w.as("*"), message.Filter{}, cursor, 2)
			w.must(err)
			for _, m := range all {
				seen = append(seen, m.ID)
			}
			if cursor = next; next == "" {
				break
			}
		}
		if len(seen) != 3 || seen[0] != made[2] || seen[2] != made[0] {
			t.Errorf("%v, made %v", seen, made)
		}
	})
}

// Nothing of a message stands in the database in clear, and of the secrets neither.
func TestTextsAddressesAndSecretsAreSealed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.setUp()
		w.put(w.sms())
		w.work()
		w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
			for _, query := range []string{"SELECT body FROM message", "SELECT body FROM message_channel", "SELECT receipt FROM message_attempt", "SELECT after FROM audit_entry"} {
				var all [][]byte
				if err := tx.Select(&all, query); err != nil {
					return err
				}
				for _, raw := range all {
					for _, clear := range []string{"13800138000", "李先生", "s3cret", "sink-"} {
						if strings.Contains(string(raw), clear) {
							t.Errorf("%s: %s", query, clear)
						}
					}
				}
			}
			return nil
		}))
	})
}

// codes are what a validation says of fields.
func codes(t *testing.T, err error) map[string]string {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != fault.CodeInvalid {
		t.Fatalf("no validation: %v", err)
	}
	all := map[string]string{}
	for _, x := range f.Fields {
		all[x.Name] = x.Code
	}
	return all
}

func TestTemplatesAreCheckedAndVersioned(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as("*")
		for text, want := range map[string]string{
			"{place}恢复{when}": "message_variable", "{place": "message_brace", "{}": "message_variable", "": "required", "恢复供电": "",
		} {
			_, err := w.PreviewTemplate(ctx, "fault.restored", message.Texts{SMS: &message.SMSTexts{TextZh: text, TextEn: "back"}})
			if want == "" {
				w.must(err)
				continue
			}
			if got := codes(t, err); got["sms.text_zh"] != want || len(got) != 1 {
				t.Errorf("%q: %v", text, got)
			}
		}
		_, err := w.PreviewTemplate(ctx, "portal.code", message.Texts{SMS: &message.SMSTexts{TextZh: "验证码", TextEn: "{code}"}})
		if got := codes(t, err); got["sms.text_zh"] != "message_needs" || got["email"] != "message_channels" {
			t.Error(got)
		}
		edit := message.Texts{SMS: &message.SMSTexts{TextZh: "{place}来电了", TextEn: "{place} is back"}}
		d, err := w.EditTemplate(ctx, id.ID{}, "fault.restored", 0, edit)
		w.must(err)
		if d.Version != 1 || len(d.Past) != 1 || d.Past[0].Version != 0 || d.MadeName != "周主任" {
			t.Errorf("%+v", d)
		}
		if _, err := w.EditTemplate(ctx, id.ID{}, "fault.restored", 0, edit); !errors.Is(err, db.ErrStale) {
			t.Error(err)
		}
		if _, err := w.EditTemplate(ctx, id.ID{}, "fault.restored", 1, edit); !errors.Is(err, message.ErrSame) {
			t.Error(err)
		}
		in := w.sms()
		in.Template, in.Values = "fault.restored", map[string]string{"place": "建设路"}
		sent := w.put(in)
		_, err = w.EditTemplate(ctx, id.ID{}, "fault.restored", 1, d.Past[0].Texts)
		w.must(err)
		if m := w.get(sent); m.Text != "建设路来电了" || m.TemplateVersion != 1 {
			t.Errorf("a later change reached it: %+v", m)
		}
		others, err := w.Template(w.system(w.Two.ID), id.ID{}, "fault.restored")
		w.must(err)
		if others.Version != 0 {
			t.Error("another company's template changed")
		}
		if _, err := w.Template(ctx, id.ID{}, "no.such"); !errors.Is(err, db.ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestValuesAndAddressesAreWanted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		put := func(change func(in *message.Send)) error {
			in := w.email()
			change(&in)
			return w.db.Write(context.Background(), func(tx *db.Tx) error { _, err := w.SendTx(tx, in); return err })
		}
		if err := put(func(in *message.Send) { delete(in.Values, "case") }); err == nil || !strings.Contains(err.Error(), "{case}") {
			t.Error(err)
		}
		for _, to := range []string{"", "li", "li@", "a@example.com, b@example.com", "a@example.com\r\nBcc: x@example.com", "Li <li@example.com>"} {
			if err := put(func(in *message.Send) { in.To = to }); !errors.Is(err, message.ErrAddress) {
				t.Errorf("%q: %v", to, err)
			}
		}
		for _, to := range []string{"", "95598", "057888123456", "138001"} {
			if err := put(func(in *message.Send) { in.Channel, in.To = message.SMS, to }); !errors.Is(err, message.ErrAddress) {
				t.Errorf("%q: %v", to, err)
			}
		}
		if err := put(func(in *message.Send) { in.Template = "no.such" }); !errors.Is(err, message.ErrTemplate) {
			t.Error(err)
		}
		if err := put(func(in *message.Send) { in.Template = "fault.restored" }); !errors.Is(err, message.ErrTemplate) {
			t.Error(err)
		}
	})
}

// No value makes a header of its own, whatever a customer is called.
func TestHeadersCannotBeInjected(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.setUp()
		in := w.email()
		in.ToName = "李\r\nBcc: spy@example.com"
		in.Values["case"] = "17\r\nX-Evil: 1\r\n\r\nanother body"
		in.Values["name"] = "\r\n.\r\nMAIL FROM:<spy@example.com>"
		i := w.put(in)
		w.work()
		w.is(i, message.Sent, "")
		r := w.came(1)[0]
		if r.Headers["X-Evil"] != "" || r.Headers["Bcc"] != "" || len(r.To) != 1 || r.Subject != "您的工单 17 X-Evil: 1 another body 已受理" {
			t.Errorf("%+v", r)
		}
		mail := w.mailServer()
		mail.FromName = "甲\r\nBcc: spy@example.com"
		_, err := w.SetEmail(w.as("*"), id.ID{}, 1, mail)
		if got := codes(t, err); got["from_name"] != "message_one_line" {
			t.Error(got)
		}
		gateway := w.gateway()
		gateway.Headers[0].Value = "x\r\nHost: evil"
		_, err = w.SetSMS(w.as("*"), id.ID{}, 1, gateway)
		if got := codes(t, err); got["headers[0].value"] != "message_one_line" {
			t.Error(got)
		}
	})
}

func TestChannelsAreChecked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as("*")
		for field, change := range map[string]func(in *message.GatewayInput){
			"url":             func(in *message.GatewayInput) { in.URL = "ftp://gateway" },
			"body":            func(in *message.GatewayInput) { in.Body = `{"phone": "{phone}"}` },
			"headers[0].name": func(in *message.GatewayInput) { in.Headers[0].Name = "A B" },
			"success_values":  func(in *message.GatewayInput) { in.SuccessValues = nil },
		} {
			in := w.gateway()
			change(&in)
			_, err := w.SetSMS(ctx, id.ID{}, 0, in)
			if got := codes(t, err); got[field] == "" || len(got) != 1 {
				t.Errorf("%s: %v", field, got)
			}
		}
		for body, want := range map[string]string{`{"p": {phone}, "t": "{text}"`: "message_json", `{"p": "{phone}", "t": "{text}", "x": "{name}"}`: "message_variable"} {
			in := w.gateway()
			in.Body = body
			_, err := w.SetSMS(ctx, id.ID{}, 0, in)
			if got := codes(t, err); got["body"] != want {
				t.Errorf("%s: %v", body, got)
			}
		}
		in := w.mailServer()
		in.Username, in.Password = "zhiyin", "s3cret"
		_, err := w.SetEmail(ctx, id.ID{}, 0, in)
		if got := codes(t, err); got["password"] != "message_password_open" {
			t.Error(got)
		}
	})
}

// A secret goes to nobody but where it was given for.
func TestASecretStaysWithItsPlace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.setUp()
		ctx := w.as("*")
		in := w.gateway()
		in.Secret, in.URL = "", w.web.URL+"/other"
		set, err := w.SetSMS(ctx, id.ID{}, 1, in)
		w.must(err)
		if !set.HasSecret || set.Version != 2 {
			t.Errorf("%+v", set)
		}
		in.URL = "https://elsewhere.example.com/sms"
		_, err = w.SetSMS(ctx, id.ID{}, 2, in)
		if got := codes(t, err); got["secret"] != "message_secret_again" {
			t.Error(got)
		}
		if _, err := w.SetSMS(ctx, id.ID{}, 1, w.gateway()); !errors.Is(err, db.ErrStale) {
			t.Error(err)
		}
	})
}

func TestATestGoesTheWayOfAll(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as("*")
		if _, err := w.Test(ctx, "k", message.TestInput{Channel: message.Email, To: "me@example.com"}); !errors.Is(err, message.ErrNoChannel) {
			t.Error(err)
		}
		w.setUp()
		d, err := w.Test(ctx, "k", message.TestInput{Channel: message.Email, To: "me@example.com"})
		w.must(err)
		again, err := w.Test(ctx, "k", message.TestInput{Channel: message.Email, To: "me@example.com"})
		w.must(err)
		if again.ID != d.ID {
			t.Error("the same key made another")
		}
		w.work()
		w.is(d.ID, message.Sent, "")
		if r := w.came(1)[0]; r.Subject != "【甲县供电公司】测试邮件" {
			t.Error(r.Subject)
		}
	})
}

func TestErasedTextsAreGone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.setUp()
		li, in := id.ID{15: 3}, w.sms()
		in.CustomerID = li
		sent := w.put(in)
		w.work()
		waits := w.put(in)
		w.must(w.db.Write(context.Background(), func(tx *db.Tx) error { return w.ForgetTx(tx, w.One.ID, []id.ID{li}) }))
		w.work()
		w.came(1)
		if d := w.is(sent, message.Sent, ""); d.Text != "" || d.To != "" || d.Attempts[0].Receipt != "" {
			t.Errorf("%+v", d)
		}
		d := w.is(waits, message.Dropped, "erased")
		if _, err := w.Retry(w.as("*"), waits, d.Version); !errors.Is(err, message.ErrErased) {
			t.Error(err)
		}
	})
}

func TestSMSAreCounted(t *testing.T) {
	for n, want := range map[int]int{1: 1, 70: 1, 71: 2, 134: 2, 135: 3} {
		if _, parts := message.SMSLength(strings.Repeat("电", n)); parts != want {
			t.Errorf("%d characters: %d parts, want %d", n, parts, want)
		}
	}
	if characters, _ := message.SMSLength("𠮷"); characters != 2 {
		t.Error("a rare character counts twice in UCS-2")
	}
}

// A part whose variable has no value is left out, with what stands around it.
func TestPartsWithoutAValueAreLeftOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.setUp()
		in := w.sms()
		in.Values["code"] = "7K3D9QWX"
		if text := w.get(w.put(in)).Text; text != "【甲县供电公司】李先生，您的诉求已受理，单号GD-17，3月5日答复。查询码7K3D9QWX。" {
			t.Error(text)
		}
		in.Values = map[string]string{"company": "甲县供电公司", "name": "李先生", "case": "GD-17"}
		if text := w.get(w.put(in)).Text; text != "【甲县供电公司】李先生，您的诉求已受理，单号GD-17。" {
			t.Error(text)
		}
		for text, code := range map[string]string{
			"{company}{name}{case}，{due}前":                 "message_optional",
			"{company}{name}{case}{?due}{due}{/code}":      "message_section",
			"{company}{name}{case}{?when}…{/when}":         "message_section",
			"{company}{name}{case}{?due}{due}":             "message_optional",
			"{company}{name}{case}{?due}{?code}{/due}":     "message_variable",
			"{company}{name}{case}{?due}{due}{/due}{/due}": "message_variable",
		} {
			d, err := w.Template(w.as("*"), id.ID{}, "case.accepted")
			w.must(err)
			texts := d.Texts
			sms := *texts.SMS
			sms.TextZh = text
			texts.SMS = &sms
			_, err = w.PreviewTemplate(w.as("*"), "case.accepted", texts)
			var f *fault.Error
			if !errors.As(err, &f) || len(f.Fields) != 1 || f.Fields[0].Code != code {
				t.Errorf("%s: %v, want %s", text, err, code)
			}
		}
	})
}

func TestAMessageThatWaitsForItsHour(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.setUp()
		in := w.sms()
		in.After = w.clock().Add(10 * time.Hour)
		i := w.put(in)
		w.work()
		w.came(0)
		w.later(10 * time.Hour)
		w.work()
		w.came(1)
		w.is(i, message.Sent, "")
	})
}
