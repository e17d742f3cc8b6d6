package knowledge

import (
	"errors"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// DraftInput is what another module makes a draft of, such as a case that is solved.
type DraftInput struct {
	OrgID        id.ID
	Lang         string // of the text: zh, en
	Title        string
	Text         string // Markdown; numbers of people in it are hidden
	Category     string
	ContactPoint string
	SourceKind   string // of what it is made: "case"
	SourceID     id.ID
}

func (in DraftInput) content() Content {
	w := Words{Title: cut(masked(in.Title), maxTitle), Body: cut(masked(in.Text), maxBody)}
	c := Content{Category: in.Category, ContactPoint: in.ContactPoint, Audience: Internal}
	if in.Lang == "en" {
		c.En = w
	} else {
		c.Zh = w
	}
	return c.trimmed()
}

func cut(text string, limit int) string {
	runes := []rune(strings.TrimSpace(text))
	return string(runes[:min(len(runes), limit)])
}

// DraftFromTx makes a draft in another module's transaction, or gives the article that
// was made of the same source before. Errors: validation, access.ErrForbidden where the
// caller writes no articles, ErrDrafted while somebody else writes it.
func (s *Service) DraftFromTx(tx *db.Tx, caller *access.Caller, in DraftInput) (article id.ID, made bool, err error) {
	who, _ := caller.May(PermCreate)
	if !who.Nodes.Has(in.OrgID) {
		return id.ID{}, false, access.ErrForbidden.With("permission", PermCreate)
	}
	article, found, err := articleFrom(tx, in.OrgID, in.SourceKind, in.SourceID.String())
	if err != nil {
		return id.ID{}, false, err
	}
	if found {
		_, _, err := s.seenTx(tx, who, article)
		if errors.Is(err, db.ErrNotFound) {
			err = ErrDrafted
		}
		return article, false, err
	}
	c := in.content()
	var v fault.Validation
	c.validate(&v)
	if err := v.Err(); err != nil {
		return id.ID{}, false, err
	}
	article, err = s.createTx(tx, who, row{OrgID: in.OrgID, SourceKind: in.SourceKind, SourceRef: in.SourceID.String()}, c)
	return article, err == nil, err
}
