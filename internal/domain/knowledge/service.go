package knowledge

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/page"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Permissions of the module.
const (
	PermList    = "knowledge.list"    // find what is published, and use standard answers
	PermGet     = "knowledge.get"     // read and judge it
	PermCreate  = "knowledge.create"  // write articles, and change one's own
	PermUpdate  = "knowledge.update"  // change anybody's
	PermPublish = "knowledge.publish" // publish what another wrote, or send it back
	PermRetire  = "knowledge.retire"  // take out of use, and back
	PermReport  = "knowledge.report"  // see what helps nobody and what is missing
	PermLoad    = "knowledge.load"    // take over what comes with the product
	PermSnippet = "knowledge.snippet" // write standard answers
)

// Operations that need the permission of another; the audit log tells them apart.
const (
	opUpdate   = "knowledge.update"
	opSubmit   = "knowledge.submit"
	opWithdraw = "knowledge.withdraw"
	opReturn   = "knowledge.return"
	opConfirm  = "knowledge.confirm"
	opRevive   = "knowledge.revive"
	opRestore  = "knowledge.restore"
	opVote     = "knowledge.vote"
)

const objectType = "article"

// Deps are what the service is built from.
type Deps struct {
	DB      *db.DB
	Keys    *crypt.Keyring
	Audit   *audit.Log
	Orgs    *org.Service
	Users   *access.Service
	Tasks   *task.Service
	Cursors *page.Signer
}

// Service keeps the knowledge base.
type Service struct{ Deps }

// New makes the service.
func New(d Deps) *Service { return &Service{d} }

// reader is somebody who reads, with the organisations whose articles he does.
type reader struct {
	access.Who
	tree  *org.Tree
	scope db.Scope // his, and all above
}

// readerTx finds what somebody with a permission reads.
func (s *Service) readerTx(tx *db.Tx, who access.Who) (reader, error) {
	tree, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return reader{}, err
	}
	var orgs []id.ID
	for _, node := range who.Nodes.Orgs() {
		for at, ok := tree.Get(node); ok; at, ok = tree.Get(at.ParentID) {
			if at.Level != org.Unit {
				orgs = append(orgs, at.ID)
			}
		}
	}
	return reader{who, tree, db.ScopeOf(orgs...)}, nil
}

// holds tells whether the reader has another permission where an article belongs.
func (r reader) holds(permission string, organisation id.ID) bool {
	who, _ := r.May(permission)
	return who.Nodes.Has(organisation)
}

// writes are the organisations in which he may make something with his permission.
func (r reader) writes() db.Scope {
	return db.ScopeOf(slices.DeleteFunc(slices.Clone(r.Nodes.Orgs()), func(o id.ID) bool { return !r.scope.Has(o) })...)
}

func (r reader) shared(organisation id.ID) bool {
	o, _ := r.tree.Get(organisation)
	return o.Level != org.County
}

// judges tells whether he sees all articles of an organisation, drafts included.
func (r reader) judges(organisation id.ID) bool {
	return r.holds(PermUpdate, organisation) || r.holds(PermPublish, organisation)
}

// edits tells whether he may change an article.
func (r reader) edits(a row) bool {
	return r.holds(PermUpdate, a.OrgID) || r.holds(PermCreate, a.OrgID) && a.CreatedBy == r.UserID
}

func (r reader) sees(a row) bool { return a.Live || a.CreatedBy == r.UserID || r.judges(a.OrgID) }

// sight is what he sees of a part of his scope.
func (r reader) sight(scope db.Scope) sight {
	see := sight{user: r.UserID}
	var whole, rest []id.ID
	for _, o := range scope.Orgs() {
		if r.judges(o) {
			whole = append(whole, o)
		} else {
			rest = append(rest, o)
		}
	}
	see.whole, see.rest = db.ScopeOf(whole...), db.ScopeOf(rest...)
	return see
}

// desk is the company in which tasks about an article stand: its own, or one below.
func (r reader) desk(organisation id.ID) id.ID { return desk(r.tree, organisation) }

func desk(tree *org.Tree, organisation id.ID) id.ID {
	for _, o := range tree.Subtree(organisation) {
		if o.Level == org.County {
			return o.ID
		}
	}
	return id.ID{}
}

// maxListed is the most articles one page holds.
const maxListed = 200

// List lists what the caller sees, the last changed first. Errors: fault of the cursor.
func (s *Service) List(ctx context.Context, f Filter, cursor string, limit int) (items []Article, next string, err error) {
	who, err := access.Allow(ctx, PermList)
	if err != nil {
		return nil, "", err
	}
	list, at := "knowledge.articles "+f.order(), position{}
	if _, err := s.Cursors.Decode(list, cursor, &at.At, &at.Day, &at.ID); err != nil {
		return nil, "", err
	}
	limit = min(limit, maxListed)
	var rows []row
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		r, err := s.readerTx(tx, who)
		if err != nil {
			return err
		}
		if rows, err = listArticles(tx, r.sight(r.about(f.OrgID)), f, cn.Fold(f.Query), tx.Now().Day(), at, limit+1); err != nil {
			return err
		}
		items, err = s.articlesTx(tx, r, rows[:min(len(rows), limit)])
		return err
	})
	if err == nil && len(rows) > limit {
		last := rows[limit-1].position()
		next, err = s.Cursors.Encode(list, last.At, last.Day, last.ID)
	}
	return items, next, err
}

// articlesTx makes rows readable.
func (s *Service) articlesTx(tx *db.Tx, r reader, rows []row) ([]Article, error) {
	items, owners := make([]Article, len(rows)), make([]id.ID, len(rows))
	for i, a := range rows {
		var err error
		if items[i], err = a.article(r.Locale, tx.Now().Day()); err != nil {
			return nil, err
		}
		items[i].Shared, owners[i] = r.shared(a.OrgID), a.OwnerID
	}
	names, err := s.Users.NamesTx(tx, owners)
	for i := range items {
		items[i].OwnerName = names[items[i].OwnerID]
	}
	return items, err
}

// Get gives an article the caller sees. Error: db.ErrNotFound.
func (s *Service) Get(ctx context.Context, i id.ID) (d Detail, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return Detail{}, err
	}
	return d, s.DB.Read(ctx, func(tx *db.Tx) error { d, err = s.detailTx(tx, who, i); return err })
}

// seenTx finds an article the caller sees.
func (s *Service) seenTx(tx *db.Tx, who access.Who, i id.ID) (reader, row, error) {
	return s.openTx(tx, who, i, articleByID)
}

func (s *Service) openTx(tx *db.Tx, who access.Who, i id.ID, read func(*db.Tx, db.Scope, id.ID) (row, error)) (r reader, a row, err error) {
	if r, err = s.readerTx(tx, who); err != nil {
		return r, a, err
	}
	if a, err = read(tx, r.scope, i); err == nil && !r.sees(a) {
		err = db.ErrNotFound
	}
	return r, a, err
}

func (s *Service) detailTx(tx *db.Tx, who access.Who, i id.ID) (d Detail, err error) {
	r, a, err := s.seenTx(tx, who, i)
	if err != nil {
		return d, err
	}
	work, err := a.content()
	if err != nil {
		return d, err
	}
	items, err := s.articlesTx(tx, r, []row{a})
	if err != nil {
		return d, err
	}
	d = Detail{Article: items[0], Sheet: work.sheet(0), May: r.may(a)}
	if a.PublishedNo > 0 {
		v, err := versionOf(tx, a.OrgID, a.ID, a.PublishedNo)
		if err != nil {
			return d, err
		}
		c, err := v.content()
		if err != nil {
			return d, err
		}
		d.Sheet = c.sheet(a.PublishedNo)
	}
	if r.edits(a) || r.judges(a.OrgID) {
		d.Work = &Work{work, a.Note, a.Answer, work.numbered()}
	}
	if useful, voted, err := voteOf(tx, a.OrgID, a.ID, a.PublishedNo, r.UserID); err != nil {
		return d, err
	} else if voted {
		d.Vote = &useful
	}
	return d, nil
}

// may lists what the reader may do with an article.
func (r reader) may(a row) []string {
	all := []string{}
	for _, x := range []struct {
		name string
		ok   bool
	}{
		{"update", a.State != Retired && r.edits(a)}, {"submit", a.State == Draft && r.edits(a)}, {"withdraw", a.State == Review && r.edits(a)},
		{"return", a.State == Review && r.holds(PermPublish, a.OrgID)}, {"publish", a.State == Review && r.holds(PermPublish, a.OrgID) && !r.wrote(a)},
		{"confirm", a.Live && r.confirms(a)}, {"retire", a.State != Retired && r.holds(PermRetire, a.OrgID)}, {"revive", a.State == Retired && r.holds(PermRetire, a.OrgID)},
		{"restore", a.State != Retired && a.PublishedNo > 0 && r.edits(a)}, {"vote", a.Live},
	} {
		if x.ok {
			all = append(all, x.name)
		}
	}
	return all
}

// confirms tells whether he may say that an article is still right.
func (r reader) confirms(a row) bool { return a.OwnerID == r.UserID || r.holds(PermUpdate, a.OrgID) }

// wrote tells whether the working copy is the reader's own, or of somebody absent for
// whom he acts.
func (r reader) wrote(a row) bool {
	authors, err := a.authors()
	who, _ := r.May(PermPublish)
	return err != nil || slices.ContainsFunc(authors, func(u id.ID) bool { return who.Oneself(u, a.OrgID) })
}

// Create writes a new draft. Errors: validation, ErrOwner, db.ErrOrgRequired,
// db.ErrNotFound, db.ErrKeyReused.
func (s *Service) Create(ctx context.Context, key string, in Input) (d Detail, err error) {
	who, err := access.Allow(ctx, PermCreate)
	if err != nil {
		return Detail{}, err
	}
	if in, err = in.checked(); err != nil {
		return Detail{}, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return Detail{}, fmt.Errorf("knowledge: %w", err)
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		r, err := s.readerTx(tx, who)
		if err != nil {
			return err
		}
		organisation, err := r.writes().One(in.OrgID)
		if err != nil {
			return err
		}
		made, _, err := tx.Once(db.Once{OrgID: organisation, UserID: who.UserID, Action: PermCreate, Key: key, Body: body}, func() (id.ID, error) {
			return s.createTx(tx, who, row{OrgID: organisation, OwnerID: in.OwnerID, Note: in.Note}, in.Content)
		})
		if err == nil {
			d, err = s.detailTx(tx, who, made)
		}
		return err
	})
	return d, err
}

// createTx makes a draft of what is known of it.
func (s *Service) createTx(tx *db.Tx, who access.Who, a row, c Content) (id.ID, error) {
	a.ID, a.State, a.OwnerID = tx.NewID(), Draft, cmp.Or(a.OwnerID, who.UserID)
	a.CreatedBy, a.CreatedAt, a.UpdatedAt, a.Version = who.UserID, tx.Now(), tx.Now(), 1
	if err := s.checkOwnerTx(tx, who, a); err != nil {
		return id.ID{}, err
	}
	if err := a.write(who, c); err != nil {
		return id.ID{}, err
	}
	if err := insertArticle(tx, a); err != nil {
		return id.ID{}, err
	}
	return a.ID, s.Audit.RecordTx(tx, audit.Change{OrgID: a.OrgID, Actor: who.Actor(), Action: PermCreate, ObjectType: objectType, ObjectID: a.ID, After: a.told()})
}

// write puts words into the working copy and their author beside them. What lists show
// follows while nothing is published.
func (a *row) write(who access.Who, c Content) (err error) {
	authors := []id.ID{}
	if a.Authors != "" {
		if authors, err = a.authors(); err != nil {
			return err
		}
	}
	if !slices.Contains(authors, who.UserID) {
		authors = append(authors, who.UserID)
	}
	if a.Authors, err = pack(authors); err != nil {
		return err
	}
	if a.Content, err = pack(c); err != nil {
		return err
	}
	a.AuthorID, a.AuthorName = who.UserID, who.Name
	if a.PublishedNo == 0 {
		err = a.show(c)
	}
	return err
}

// show is what lists and filters show of an article.
func (a *row) show(c Content) (err error) {
	a.Category, a.ContactPoint, a.Audience = c.Category, c.ContactPoint, c.Audience
	a.Folded = ""
	for _, part := range append([]string{c.Zh.Title, c.En.Title}, c.Tags...) {
		full, initials := cn.Pinyin(part, cn.PlaceName)
		a.Folded += cn.Fold(part) + "\n" + full + "\n" + initials + "\n"
	}
	a.Card, err = pack(c.card())
	return err
}

// told is what the audit log keeps of a step.
type told struct {
	State    State    `json:"state"`
	No       int64    `json:"no,omitempty"`
	OwnerID  id.ID    `json:"owner_id,omitzero"`
	ReviewOn when.Day `json:"review_on,omitempty"`
	Why      string   `json:"why,omitempty"`
}

func (a row) told() told { return told{a.State, a.PublishedNo, a.OwnerID, a.ReviewOn, a.Answer} }
