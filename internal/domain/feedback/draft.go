package feedback

import (
	"cmp"
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/knowledge"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Drafted names the article that was written of a case.
type Drafted struct {
	ArticleID id.ID `json:"article_id"`
}

// Draft makes the draft of an article of a solved case (F1), with the people it is about
// left out. A case has one, which is given however often it is asked for. Errors:
// ErrUnsolved, access.ErrForbidden, knowledge.ErrDrafted, db.ErrNotFound.
func (s *Service) Draft(ctx context.Context, i id.ID) (d Drafted, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return d, err
	}
	if _, err := access.Allow(ctx, knowledge.PermCreate); err != nil {
		return d, err
	}
	return d, s.DB.Write(ctx, func(tx *db.Tx) error {
		w, err := s.openTx(tx, who.Scope, who, i)
		if err != nil {
			return err
		}
		if !w.solved() {
			return ErrUnsolved
		}
		in, err := w.lessonTx()
		if err != nil {
			return err
		}
		article, made, err := s.Knowledge.DraftFromTx(tx, who.Caller, in)
		d.ArticleID = article
		if err != nil || !made {
			return err
		}
		if err := w.happen(kindDrafted, Internal, Params{}, Words{}); err != nil {
			return err
		}
		if err := insertEvents(tx, w.happened); err != nil {
			return err
		}
		return w.partTx(opDraft, map[string]any{"case_no": w.CaseNo, "article": article})
	})
}

// solved tells whether there is something to learn from the case. A secret one stays
// among those who work on it.
func (c Case) solved() bool {
	return !c.Secret && c.Answer != "" && (c.State == Resolved || c.State == Closed)
}

// pointOf is the contact point at which customers bring such a matter up.
var pointOf = map[Type]string{Complaint: "complaint", Fault: "outage"}

// lessonTx is what the case teaches, of what the reader may see of it.
func (w *work) lessonTx() (in knowledge.DraftInput, err error) {
	c := w.show(w.Case)
	less, err := w.anonymousTx()
	if err != nil {
		return in, err
	}
	lang := langOf(c.Text)
	var text strings.Builder
	for _, part := range []struct{ key, words string }{{"asked", c.Text}, {"cause", c.Cause}, {"measures", c.Measures}, {"answer", c.Answer}} {
		if part.words != "" {
			text.WriteString("## " + w.Deps.Text(lang, "feedback.article."+part.key, nil) + "\n\n" + less(part.words) + "\n\n")
		}
	}
	title := less(cmp.Or(c.Title, w.at.categories.name(lang, c.Category)))
	return knowledge.DraftInput{OrgID: c.OrgID, Lang: lang, Title: title, Text: text.String(), Category: "case", ContactPoint: pointOf[c.Type], SourceKind: object, SourceID: c.ID}, nil
}

// anonymousTx gives what leaves names, number and place of the case out of a text.
func (w *work) anonymousTx() (func(string) string, error) {
	refs, err := w.Customers.RefsTx(w.tx, db.ScopeOf(w.OrgID), w.CustomerID)
	if err != nil {
		return nil, err
	}
	ref, who := refs[w.CustomerID], w.Deps.Text(langOf(w.Case.Text), "feedback.article.customer", nil)
	var pairs []string
	for _, x := range []struct{ known, instead string }{{ref.Name, who}, {w.CallerName, who}, {ref.CustomerNo, ""}, {w.Place, ""}} {
		if utf8.RuneCountInString(x.known) > 1 {
			pairs = append(pairs, x.known, cmp.Or(x.instead, "…"))
		}
	}
	return strings.NewReplacer(pairs...).Replace, nil
}

// langOf is the language a text is written in.
func langOf(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) < 0 {
		return "en"
	}
	return "zh"
}
