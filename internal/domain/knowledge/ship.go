package knowledge

import (
	"context"
	_ "embed"
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

//go:embed data/advice.json
var adviceFile []byte

// shippedKind is the source of what comes with the product; its reference is the key.
const shippedKind = "shipped"

// shippedBy is named as the author of what comes with the product.
const shippedBy = "智引 Zhiyin"

// shippedArticle and shippedSnippet are what a company may take over.
type shippedArticle struct {
	Key string `json:"key"`
	Content
}

type shippedSnippet struct {
	Key          string `json:"key"`
	ContactPoint string `json:"contact_point"`
	SnippetBody
}

var shipped = read[struct {
	Articles []shippedArticle `json:"articles"`
	Snippets []shippedSnippet `json:"snippets"`
}]("advice.json", adviceFile)

// LoadInput names where what is shipped goes.
type LoadInput struct {
	OrgID id.ID `json:"org_id,omitzero" doc:"company, or an organisation above that shares it; needed by callers of several"`
}

// Loaded is how much was taken over; what is there already is left as it is.
type Loaded struct {
	Articles   int     `json:"articles"`
	Snippets   int     `json:"snippets"`
	ArticleIDs []id.ID `json:"article_ids" nullable:"false"`
}

// Load takes over the advice and standard answers that come with the product: written by
// its makers, published by the caller. Permission: knowledge.load. Errors:
// db.ErrOrgRequired, db.ErrNotFound.
func (s *Service) Load(ctx context.Context, in LoadInput) (l Loaded, err error) {
	who, err := access.Allow(ctx, PermLoad)
	if err != nil {
		return l, err
	}
	load := func(tx *db.Tx) error { l, err = s.loadTx(tx, who, in); return err }
	err = s.DB.Write(ctx, load)
	if errors.Is(err, db.ErrDuplicate) { // somebody loads the same at this moment: what he leaves is what there is
		err = s.DB.Write(ctx, load)
	}
	return l, err
}

func (s *Service) loadTx(tx *db.Tx, who access.Who, in LoadInput) (Loaded, error) {
	l := Loaded{ArticleIDs: []id.ID{}}
	r, err := s.readerTx(tx, who)
	if err != nil {
		return l, err
	}
	organisation, err := r.writes().One(in.OrgID)
	if err != nil {
		return l, err
	}
	for _, a := range shipped.Articles {
		if err := s.loadArticleTx(tx, r, organisation, a, &l); err != nil {
			return l, err
		}
	}
	for _, p := range shipped.Snippets {
		if err := s.loadSnippetTx(tx, r, organisation, p, &l); err != nil {
			return l, err
		}
	}
	return l, s.Audit.RecordTx(tx, audit.Change{OrgID: organisation, Actor: who.Actor(), Action: PermLoad, ObjectType: "org", ObjectID: organisation, After: l})
}

func (s *Service) loadArticleTx(tx *db.Tx, r reader, organisation id.ID, from shippedArticle, l *Loaded) error {
	_, found, err := articleFrom(tx, organisation, shippedKind, from.Key)
	if err != nil || found {
		return err
	}
	a := row{OrgID: organisation, ID: tx.NewID(), State: Published, OwnerID: r.UserID, CreatedAt: tx.Now(), UpdatedAt: tx.Now(), SourceKind: shippedKind, SourceRef: from.Key, Version: 1}
	c := from.trimmed()
	if err := a.write(access.Who{Caller: &access.Caller{Name: shippedBy}}, c); err != nil {
		return err
	}
	if err := s.publishTx(tx, r, &a, ""); err != nil {
		return err
	}
	l.Articles, l.ArticleIDs = l.Articles+1, append(l.ArticleIDs, a.ID)
	return insertArticle(tx, a)
}

func (s *Service) loadSnippetTx(tx *db.Tx, r reader, organisation id.ID, from shippedSnippet, l *Loaded) error {
	found, err := snippetFrom(tx, organisation, from.Key)
	if err != nil || found {
		return err
	}
	in := SnippetInput{ContactPoint: from.ContactPoint, SnippetBody: from.SnippetBody}
	l.Snippets++
	_, err = s.createSnippetTx(tx, r.Who, snippetRow{OrgID: organisation, SourceRef: from.Key}, in)
	return err
}
