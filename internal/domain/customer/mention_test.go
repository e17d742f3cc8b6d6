package customer_test

import (
	"errors"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Who is named in a note finds it in his tasks, once and without a word of it; nobody
// outside the company is.
func TestWhoIsNamedInANoteFindsItInHisTasks(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		c := w.create(w.as(w.one), person("李小明"))
		people, err := w.People(w.as(w.one), w.one.ID)
		w.must(err)
		if len(people) != 1 || people[0].ID != w.manager {
			t.Fatalf("people %+v", people)
		}
		in := customer.NoteInput{Text: "@周经理 请回访", Mentions: []id.ID{w.manager, w.manager}}
		for range 2 { // the same request again
			_, err = w.AddNote(w.as(w.one), "k", c.ID, in)
			w.must(err)
		}
		found, _, err := w.Tasks.Inbox(w.asUser(w.manager, w.one, "task.*"), task.Asked{Of: task.OfMine, State: task.Open}, "", 10)
		w.must(err)
		if len(found) != 1 || found[0].ObjectID != c.ID || found[0].Text != "客户 "+c.CustomerNo+" 的备注提到了您" {
			t.Errorf("tasks %+v", found)
		}
		foreign := w.create(w.as(w.two), person("王大力"))
		if _, err := w.AddNote(w.as(w.two), "", foreign.ID, in); !errors.Is(err, customer.ErrMention) {
			t.Errorf("of another company: %v", err)
		}
		if notes, _, err := w.Notes(w.as(w.two), foreign.ID, all); err != nil || len(notes) != 0 {
			t.Errorf("kept without telling: %+v %v", notes, err)
		}
		if _, err := w.People(w.as(w.two), w.one.ID); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("people of another company: %v", err)
		}
	})
}
