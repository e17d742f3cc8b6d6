package customer_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

func TestPastJudgementsAndNotesKeepTheirTimeAndAuthor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one, "customer.*")
		a, b := w.create(ctx, person("张伟", mobile(1))), w.create(ctx, person("王芳", mobile(2)))
		author, earlier := audit.Actor{ID: id.ID{7}, Name: "老周"}, w.now.Add(-400*24*time.Hour)
		batch := customer.Batch{OrgID: w.one.ID, Actor: audit.Actor{Name: "迁移"}, SourceType: "import", SourceID: id.ID{9}}
		judged := func(who id.ID, in customer.AnalysisInput) customer.PastAnalysis {
			return customer.PastAnalysis{CustomerID: who, Author: author, At: earlier, AnalysisInput: in}
		}
		noted := func(who id.ID, text string) customer.PastNote {
			return customer.PastNote{CustomerID: who, Author: author, At: earlier, NoteInput: customer.NoteInput{Text: text, Confidential: true}}
		}
		w.write(func(tx *db.Tx) error {
			if err := w.AnalyseManyTx(tx, batch, nil); err != nil {
				return err
			}
			return w.AnalyseManyTx(tx, batch, []customer.PastAnalysis{judged(a.ID, customer.AnalysisInput{Aspect: customer.Credit, Level: 4, Text: "信用良好"}),
				judged(b.ID, customer.AnalysisInput{Aspect: customer.Demand, On: earlier.Add(-48 * time.Hour).Day(), Text: "增容"})})
		})
		w.write(func(tx *db.Tx) error {
			return w.NoteManyTx(tx, batch, []customer.PastNote{noted(a.ID, "门牌已换"), noted(a.ID, "听力不好")})
		})
		got, _, err := w.Analyses(ctx, a.ID, "", all)
		w.must(err)
		if len(got) != 1 || got[0].At != earlier || got[0].On != earlier.Day() || got[0].AuthorName != "老周" || got[0].Text != "信用良好" || got[0].Level != 4 {
			t.Errorf("judgements %+v", got)
		}
		notes, _, err := w.Notes(ctx, a.ID, all)
		w.must(err)
		if len(notes) != 2 || notes[0].At != earlier || notes[0].AuthorID != author.ID || !notes[0].Confidential {
			t.Errorf("notes %+v", notes)
		}
		events, _, err := w.Timeline(ctx, a.ID, customer.TimelineFilter{Kinds: []string{"customer.analysed", "customer.noted"}}, all)
		w.must(err)
		if len(events) != 3 || events[0].At != earlier || events[0].ActorName != "老周" {
			t.Errorf("timeline %+v", events)
		}
		stranger := w.create(w.as(w.two, "customer.*"), person("李四", mobile(3))).ID
		for name, c := range map[string]struct {
			past customer.PastAnalysis
			want string
		}{
			"of another company":    {judged(stranger, customer.AnalysisInput{Aspect: customer.Credit, Text: "x"}), db.ErrNotFound.Error()},
			"speaks of a day after": {judged(a.ID, customer.AnalysisInput{Aspect: customer.Credit, On: w.now.Day(), Text: "x"}), "in_future"},
			"says nothing":          {judged(a.ID, customer.AnalysisInput{Aspect: customer.Credit, Text: " "}), "required"},
		} {
			err := w.db.Write(context.Background(), func(tx *db.Tx) error { return w.AnalyseManyTx(tx, batch, []customer.PastAnalysis{c.past}) })
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := w.db.Write(context.Background(), func(tx *db.Tx) error { return w.NoteManyTx(tx, batch, []customer.PastNote{noted(stranger, "x")}) }); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a note of a stranger: %v", err)
		}
	})
}
