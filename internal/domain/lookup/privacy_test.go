package lookup_test

import (
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/lookup"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func (w *world) one2one(c customer.Customer) privacy.Person {
	return privacy.Person{OrgID: c.OrgID, ID: c.ID, IDs: []id.ID{c.ID}}
}

// given is what a person is told of look-ups, and what forbids to erase him.
func (w *world) given(c customer.Customer) (rows [][]string, blocks []privacy.Block) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context(), func(tx *db.Tx) error {
		d, err := w.DataTx(tx, w.one2one(c), "zh")
		if err != nil {
			return err
		}
		rows = d.Sections[0].Rows
		blocks, err = w.BlocksTx(tx, w.one2one(c))
		return err
	}))
	return rows, blocks
}

// A person is told what he was looked up for, with the reason where it was about him
// alone; look-ups that may still open him forbid erasure, which empties their words and
// leaves their course.
func TestLookupsArePartOfAPersonsData(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		alone := ask()
		alone.Reason = "李小明投诉表计不准"
		d := w.asked(alone, w.li)
		both := w.asked(ask(), w.li, w.wang)
		rows, blocks := w.given(w.li)
		if len(rows) != 2 || rows[0][2] != alone.Reason || rows[1][2] != "" || len(blocks) != 2 || blocks[0].Code != "open_lookup" {
			t.Errorf("given %q, blocked by %+v", rows, blocks)
		}
		if rows, _ = w.given(w.wang); len(rows) != 1 || rows[0][3] != "待审批" {
			t.Errorf("given to the other %q", rows)
		}
		for _, x := range []lookup.Detail{d, both} {
			_, err := w.Decide(w.as(w.head), x.ID, x.Version, lookup.DecideInput{Word: "李小明已撤诉"})
			w.must(err)
		}
		w.later(time.Hour)
		if _, blocks := w.given(w.li); len(blocks) != 0 {
			t.Errorf("still blocked by %+v", blocks)
		}
		w.must(w.db.Write(t.Context(), func(tx *db.Tx) error {
			held, err := w.HoldingsTx(tx, w.one2one(w.li))
			if err == nil && held[0].N != 2 {
				t.Errorf("holds %+v", held)
			}
			for range 2 { // it may be called again
				if err == nil {
					_, err = w.EraseTx(tx, w.one2one(w.li))
				}
			}
			return err
		}))
		for _, x := range []lookup.Detail{d, both} {
			now, err := w.Get(w.as(w.head), x.ID)
			w.must(err)
			if now.Reason != "" || now.Word != "" || now.UserName != "王芳" || now.DeciderName != "李主任" || now.State != lookup.Refused {
				t.Errorf("left %+v", now)
			}
		}
		if rows, _ := w.given(w.li); strings.Contains(strings.Join(rows[0], ""), "李小明") {
			t.Errorf("given after erasure %q", rows)
		}
	})
}
