package customer_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// past is what somebody knew of customers before the program came.
type past struct {
	author audit.Actor
	at     when.Instant
	batch  customer.Batch
}

func (w *world) past() past {
	return past{audit.Actor{ID: id.ID{7}, Name: "老周"}, w.now.Add(-400 * 24 * time.Hour),
		customer.Batch{OrgID: w.one.ID, Actor: audit.Actor{Name: "迁移"}, SourceType: "import", SourceID: id.ID{9}}}
}

func (p past) judged(who id.ID, in customer.AnalysisInput) customer.PastAnalysis {
	return customer.PastAnalysis{CustomerID: who, Author: p.author, At: p.at, AnalysisInput: in}
}

func (p past) noted(who id.ID, text string) customer.PastNote {
	return customer.PastNote{CustomerID: who, Author: p.author, At: p.at, NoteInput: customer.NoteInput{Text: text, Confidential: true}}
}

func TestPastJudgementsAndNotesKeepTheirTimeAndAuthor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx, p := w.as(w.one, "customer.*"), w.past()
		a, b := w.create(ctx, person("张伟", mobile(1))), w.create(ctx, person("王芳", mobile(2)))
		w.write(func(tx *db.Tx) error {
			if err := w.AnalyseManyTx(tx, p.batch, nil); err != nil {
				return err
			}
			return w.AnalyseManyTx(tx, p.batch, []customer.PastAnalysis{p.judged(a.ID, customer.AnalysisInput{Aspect: customer.Credit, Level: 4, Text: "信用良好"}),
				p.judged(b.ID, customer.AnalysisInput{Aspect: customer.Demand, On: p.at.Add(-48 * time.Hour).Day(), Text: "增容"})})
		})
		w.write(func(tx *db.Tx) error {
			return w.NoteManyTx(tx, p.batch, []customer.PastNote{p.noted(a.ID, "门牌已换"), p.noted(a.ID, "听力不好")})
		})
		got, _, err := w.Analyses(ctx, a.ID, "", all)
		w.must(err)
		if len(got) != 1 || got[0].At != p.at || got[0].On != p.at.Day() || got[0].AuthorName != "老周" || got[0].Text != "信用良好" || got[0].Level != 4 {
			t.Errorf("judgements %+v", got)
		}
		notes, _, err := w.Notes(ctx, a.ID, all)
		w.must(err)
		if len(notes) != 2 || notes[0].At != p.at || notes[0].AuthorID != p.author.ID || !notes[0].Confidential {
			t.Errorf("notes %+v", notes)
		}
		events, _, err := w.Timeline(ctx, a.ID, customer.TimelineFilter{Kinds: []string{"customer.analysed", "customer.noted"}}, all)
		w.must(err)
		if len(events) != 3 || events[0].At != p.at || events[0].ActorName != "老周" {
			t.Errorf("timeline %+v", events)
		}
	})
}

func TestPastJudgementsAndNotesAreChecked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p, own := w.past(), w.create(w.as(w.one, "customer.*"), person("张伟", mobile(1))).ID
		stranger := w.create(w.as(w.two, "customer.*"), person("李四", mobile(3))).ID
		for name, c := range map[string]struct {
			past customer.PastAnalysis
			want string
		}{
			"of another company":    {p.judged(stranger, customer.AnalysisInput{Aspect: customer.Credit, Text: "x"}), db.ErrNotFound.Error()},
			"speaks of a day after": {p.judged(own, customer.AnalysisInput{Aspect: customer.Credit, On: w.now.Day(), Text: "x"}), "in_future"},
			"says nothing":          {p.judged(own, customer.AnalysisInput{Aspect: customer.Credit, Text: " "}), "required"},
		} {
			err := w.db.Write(context.Background(), func(tx *db.Tx) error { return w.AnalyseManyTx(tx, p.batch, []customer.PastAnalysis{c.past}) })
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := w.db.Write(context.Background(), func(tx *db.Tx) error { return w.NoteManyTx(tx, p.batch, []customer.PastNote{p.noted(stranger, "x")}) }); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("a note of a stranger: %v", err)
		}
	})
}
