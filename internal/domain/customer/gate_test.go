package customer_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/rest/resttest"
)

// gate is what guards an operation: the permission it needs, what a caller of
// another company with all rights is answered, and how many audit entries its
// success writes.
type gate struct {
	operation, need string
	stranger        int
	entries         int
}

// hidden: a stranger is told that there is nothing; empty: he is shown nothing.
const (
	hidden = http.StatusNotFound
	empty  = http.StatusOK
)

var gates = []gate{
	{"customer.list", "customer.list", empty, 0}, {"customer.tags", "customer.list", empty, 0}, {"customer.check", "customer.check", empty, 0}, {"customer.create", "customer.create", hidden, 1},
	{"customer.get", "customer.get", hidden, 0}, {"customer.card", "customer.get", hidden, 0}, {"customer.timeline", "customer.get", hidden, 0}, {"customer.notes", "customer.get", hidden, 0},
	{"customer.analyses", "customer.get", hidden, 0}, {"customer.interactions", "customer.get", hidden, 0}, {"customer.spent", "customer.get", hidden, 0},
	{"customer.attachments", "customer.get", hidden, 0}, {"customer.field_values", "customer.get", hidden, 0}, {"customer.field_history", "customer.get", hidden, 0},
	{"customer.merges", "customer.get", hidden, 0}, {"customer.attachment_preview", "customer.get", hidden, 0}, {"customer.download", "customer.get", hidden, 1}, {"customer.history", "customer.history", hidden, 0},
	{"customer.update", "customer.update", hidden, 1}, {"customer.close", "customer.close", hidden, 2}, {"customer.reopen", "customer.reopen", hidden, 1},
	{"customer.tag", "customer.tag", hidden, 1}, {"customer.classify", "customer.classify", hidden, 1},
	{"customer.merge_preview", "customer.merge", hidden, 0}, {"customer.merge", "customer.merge", hidden, 2}, {"customer.unmerge", "customer.unmerge", hidden, 2},
	{"customer.note", "customer.note", hidden, 1}, {"customer.people", "customer.note", empty, 0}, {"customer.edit_note", "customer.note", hidden, 1}, {"customer.remove_note", "customer.note", hidden, 1},
	{"customer.analyse", "customer.analyse", hidden, 1}, {"customer.log", "customer.log", hidden, 1}, {"customer.edit_log", "customer.log", hidden, 1},
	{"customer.attach", "customer.attach", hidden, 1}, {"customer.detach", "customer.attach", hidden, 1}, {"customer.fill", "customer.fill", hidden, 1},
	{"customer.export", "customer.export", hidden, 1}, {"customer.exports", "customer.export", empty, 0}, {"customer.export_download", "customer.export", hidden, 1},
	{"scheme.list", "scheme.list", hidden, 0}, {"scheme.create", "scheme.create", hidden, 1}, {"scheme.update", "scheme.update", hidden, 1}, {"scheme.count", "scheme.count", hidden, 0},
	{"field.list", "field.list", hidden, 0}, {"field.create", "field.create", hidden, 1}, {"field.update", "field.update", hidden, 1}, {"field.report", "field.report", hidden, 0},
}

// rights are all permissions of the module but those of receptions.
func rights() (all []string) {
	for _, g := range gates {
		if !slices.Contains(all, g.need) {
			all = append(all, g.need)
		}
	}
	return append(all, customer.PermReveal)
}

// operation is where an operation is called.
type operation struct{ method, path string }

func operations(t *testing.T, h http.Handler) map[string]operation {
	t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		}
	}
	if err := json.Unmarshal(resttest.Send(h, resttest.Scenario{Path: "/api/openapi.json"}).Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	all := map[string]operation{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if !strings.HasPrefix(op.OperationID, "reception.") {
				all[op.OperationID] = operation{strings.ToUpper(method), path}
			}
		}
	}
	return all
}

// target is a customer with a part of each kind, made anew for each operation.
type target struct {
	one, twin                              customer.Customer
	note, contact, file, field, export, id id.ID
	version                                int64
}

func (w *world) target(operation string) (x target) {
	w.t.Helper()
	ctx := w.as(w.one)
	in := person("欧阳文渊")
	in.Tags = []string{"甲标签"}
	x.one, x.twin = w.create(ctx, in), w.create(ctx, person("欧阳文渊"))
	x.id, x.version = x.one.ID, 1
	n, err := w.AddNote(ctx, "", x.one.ID, customer.NoteInput{Text: "备注甲"})
	w.must(err)
	i, err := w.Log(ctx, "", x.one.ID, customer.InteractionInput{Mode: customer.Call, InteractionBody: customer.InteractionBody{Content: "往来甲"}})
	w.must(err)
	w.SetReleases(&approved{})
	a, err := w.Attach(ctx, "", x.one.ID, "附件甲.png", strings.NewReader(picture))
	w.must(err)
	w.must(second(w.Analyse(ctx, "", x.one.ID, customer.AnalysisInput{Aspect: customer.Credit, Text: "分析甲"})))
	f, err := w.CreateField(ctx, "", field(fmt.Sprint("f", w.rows("customer_field")), customer.TextField))
	w.must(err)
	x.note, x.contact, x.file, x.field = n.ID, i.ID, a.ID, f.ID
	switch operation {
	case "customer.reopen":
		w.must(second(w.Close(ctx, x.one.ID, 1, customer.CloseInput{Reason: "other"})))
		x.version = 2
	case "customer.unmerge", "customer.merges":
		w.must(second(w.Merge(ctx, x.one.ID, 1, customer.MergeInput{FromID: x.twin.ID, FromVersion: 1})))
		x.id, x.version = x.twin.ID, 2
	case "customer.exports", "customer.export_download":
		e, err := w.Export(ctx, "", customer.ExportInput{Format: customer.CSV})
		w.must(err)
		w.work()
		x.export = e.ID
	case "scheme.update":
		x.version = 0
	}
	return x
}

// request is a good one for an operation on a target.
func (w *world) request(op operation, name string, x target) resttest.Scenario {
	part := map[string]id.ID{"customer.edit_log": x.contact, "customer.field_history": x.field, "customer.detach": x.file, "customer.download": x.file, "customer.attachment_preview": x.file}
	if part[name].IsZero() {
		part[name] = x.note
	}
	own := map[string]id.ID{"field.update": x.field, "customer.export_download": x.export}
	if own[name].IsZero() {
		own[name] = x.id
	}
	path := strings.NewReplacer("{id}", own[name].String(), "{part}", part[name].String(), "{code}", "kind").Replace(op.path)
	company := "?org_id=" + w.one.ID.String()
	switch name {
	case "scheme.list", "scheme.update", "scheme.count", "field.list", "field.report":
		path += company
	case "customer.download":
		path += "?lookup_id=" + approval.String()
	case "customer.merge_preview":
		path += "?from=" + x.twin.ID.String()
	}
	body := strings.ReplaceAll(bodies[name], "01900000-0000-7000-8000-000000000001", x.one.ID.String())
	switch name {
	case "customer.create", "scheme.create", "field.create":
		body = strings.Replace(body, "{", fmt.Sprintf(`{"org_id":%q,`, w.one.ID), 1)
	case "customer.export":
		body = fmt.Sprintf(`{"filter":{"org_id":%q},"format":"csv"}`, w.one.ID)
	case "customer.merge":
		body = fmt.Sprintf(`{"from_id":%q,"from_version":1}`, x.twin.ID)
	case "customer.update":
		body = `{"industry":"渔业"}`
	case "customer.close":
		body = `{"reason":"other","remark":"搬走"}`
	case "customer.tag":
		body = strings.Replace(body, "}", `,"add":["新标签"]}`, 1)
	case "customer.classify":
		body = strings.Replace(body, `"x"`, `"intermediary"`, 1)
	case "customer.fill":
		body = `{"fields":{"f0":"值"}}`
	case "scheme.update":
		body = `{"active":true,"name_zh":"x","default_person":"a","default_organisation":"a","classes":[{"code":"a","name_zh":"a"},{"code":"intermediary","name_zh":"b"}]}`
	}
	header := from("", "If-Match", fmt.Sprintf("%q", fmt.Sprint(x.version)))
	if name == "customer.attach" {
		header["Content-Type"], header["Content-Disposition"] = "text/plain", "attachment; filename=a.txt"
	}
	return resttest.Scenario{Method: op.method, Path: path, Body: body, Header: header}
}

// entriesSince are the newest n audit entries as "action by actor".
func (w *world) entriesSince(n int64) (all []string) {
	w.t.Helper()
	w.must(w.db.Read(context.Background(), func(tx *db.Tx) error {
		var rows []struct {
			Action  string `db:"action"`
			ActorID id.ID  `db:"actor_id"`
		}
		err := tx.Select(&rows, "SELECT action, actor_id FROM audit_entry ORDER BY id DESC LIMIT $1", n)
		for _, r := range rows {
			all = append(all, r.Action+" by "+r.ActorID.String()[:2])
		}
		return err
	}))
	return all
}

// Every operation is refused without its one permission, however many others the
// caller holds; nothing of another company is shown or changed; with that one
// permission it goes through and is written down.
func TestEveryOperationHasItsGate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		who := callers{"stranger": w.asUser(id.ID{9}, w.two, rights()...)}
		for _, need := range rights() {
			who["without "+need] = w.as(w.one, slices.DeleteFunc(rights(), func(p string) bool { return p == need })...)
			who["only "+need] = w.as(w.one, need, customer.PermReveal)
		}
		h := w.serve(who)
		all := operations(t, h)
		for _, g := range gates {
			op, known := all[g.operation]
			if !known {
				t.Fatalf("no operation %s", g.operation)
			}
			delete(all, g.operation)
			w.pass(h, g, op)
		}
		if len(all) > 0 {
			t.Errorf("operations without a gate: %v", all)
		}
	})
}

// pass tries the gate of an operation.
func (w *world) pass(h http.Handler, g gate, op operation) {
	w.t.Helper()
	s := w.request(op, g.operation, w.target(g.operation))
	send := func(caller string) (int, string) {
		s.Header["Caller"] = caller
		answer := resttest.Send(h, s)
		return answer.Code, answer.Body.String()
	}
	before := w.rows(written...)
	if code, body := send("without " + g.need); code != http.StatusForbidden || !strings.Contains(body, "access.forbidden") {
		w.t.Errorf("%s without %s: %d %s", g.operation, g.need, code, body)
	}
	code, body := send("stranger")
	if code != g.stranger || strings.ContainsAny(body, "欧阳甲") {
		w.t.Errorf("%s by a stranger: %d %s", g.operation, code, body)
	}
	if n := w.rows(written...); n != before {
		w.t.Errorf("%s: %d rows were written for those who may not", g.operation, n-before)
	}
	entries := w.rows("audit_entry")
	if code, body := send("only " + g.need); code/100 != 2 {
		w.t.Errorf("%s with %s: %d %s", g.operation, g.need, code, body)
	}
	n := w.rows("audit_entry") - entries
	if n != int64(g.entries) {
		w.t.Errorf("%s: %d audit entries, want %d", g.operation, n, g.entries)
	}
	for _, e := range w.entriesSince(n) {
		action, by, _ := strings.Cut(e, " by ")
		if by != "01" || action != g.operation && (g.operation != "customer.close" || action != "customer.note") {
			w.t.Errorf("%s is written down as %s", g.operation, e)
		}
	}
}
