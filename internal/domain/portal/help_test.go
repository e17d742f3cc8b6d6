package portal_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/domain/portal"
	"github.com/zhiyin-power/zhiyin/internal/domain/privacy"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Anybody reads what is published for the public, and finds nothing else: no draft, nothing
// for the staff, nothing that was retired, nothing of a company that does not serve here.
func TestOnlyWhatIsPublishedForThePublicIsRead(t *testing.T) {
	each(t, func(w *world) {
		author, publisher := w.staff("author", "knowledge.*"), w.staff("publisher", "knowledge.*")
		written := func(title string, of knowledge.Audience) knowledge.Detail {
			d, err := w.articles.Create(author, "", knowledge.Input{OrgID: w.a.One.ID, Content: knowledge.Content{Category: "procedure", Audience: of, Zh: knowledge.Words{Title: title, Body: "**过户**带房产证", Basis: "内部依据"}}})
			w.must(err)
			return d
		}
		published := func(title string, of knowledge.Audience) knowledge.Detail {
			d := written(title, of)
			d, err := w.articles.Submit(author, d.ID, d.Version)
			w.must(err)
			d, err = w.articles.Publish(publisher, d.ID, d.Version, "")
			w.must(err)
			return d
		}
		open := published("怎样过户", knowledge.Public)
		hidden := []knowledge.Detail{written("过户草稿", knowledge.Public), published("过户内部口径", knowledge.Internal)}
		retired := published("过户旧办法", knowledge.Public)
		w.must(second(w.articles.Retire(publisher, retired.ID, retired.Version, "旧")))
		for _, words := range []string{"", "过户", "guohu"} {
			all, err := w.Articles(context.Background(), company, words)
			if err != nil || len(all) != 1 || all[0].ID != open.ID || all[0].Title != "怎样过户" || all[0].Excerpt != "过户带房产证" {
				w.t.Errorf("%q: %+v, %v", words, all, err)
			}
		}
		p, err := w.Article(context.Background(), company, open.ID)
		if err != nil || !strings.Contains(p.HTML, "<strong>过户</strong>") || strings.Contains(p.HTML, "依据") {
			w.t.Errorf("%+v, %v", p, err)
		}
		for _, d := range append(hidden, retired) {
			if _, err := w.Article(context.Background(), company, d.ID); !errors.Is(err, db.ErrNotFound) {
				w.t.Errorf("%s: %v", d.Title, err)
			}
		}
		if _, err := w.Article(context.Background(), "1002", open.ID); !errors.Is(err, portal.ErrOff) {
			w.t.Errorf("of a company that is off: %v", err)
		}
	})
}

func TestACustomerAgreesAndThinksBetterOfIt(t *testing.T) {
	each(t, func(w *world) {
		ctx := w.signedIn(liNo)
		may := func() (given bool) {
			w.must(w.a.DB.Read(context.Background(), func(tx *db.Tx) (err error) {
				given, err = w.consents.ConsentTx(tx, w.a.One.ID, w.li.ID, "marketing_sms")
				return err
			}))
			return given
		}
		c, err := w.Consent(ctx)
		if err != nil || !c.Offered || c.Given || c.Text == "" {
			w.t.Fatalf("%+v, %v", c, err)
		}
		if _, err := w.Say(ctx, portal.ConsentInput{Given: true, Version: "1999-1"}); !errors.Is(err, privacy.ErrVersion) || may() {
			w.t.Errorf("to a text that is no longer: %v", err)
		}
		for _, given := range []bool{true, true, false, false, true} {
			c, err = w.Say(ctx, portal.ConsentInput{Given: given, Version: c.Version})
			if err != nil || c.Given != given || may() != given {
				w.t.Errorf("%v: %+v, %v", given, c, err)
			}
		}
		all, err := w.consents.Consents(w.system(), w.li.ID)
		w.must(err)
		for _, st := range all {
			if st.Code == "marketing_sms" && (len(st.History) != 3 || st.Last.Channel != "portal" || st.Last.ActorName != liNo) {
				w.t.Errorf("%+v", st.History)
			}
		}
		for _, err := range []error{second(w.Consent(stranger("192.0.2.1"))), second(w.Say(stranger("192.0.2.1"), portal.ConsentInput{Given: true}))} {
			if !errors.Is(err, portal.ErrLogin) {
				w.t.Error(err)
			}
		}
		var none id.ID
		if n := w.count("SELECT count(*) FROM consent WHERE customer_id <> $1 AND customer_id <> $2", w.li.ID, none); n != 0 {
			w.t.Errorf("%d consents of others", n)
		}
	})
}
