package access

import (
	"context"
	"slices"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Reminder is something a user is to know or to decide.
type Reminder struct {
	OrgID, AssigneeID id.ID
	Kind              string
	Params            map[string]any // without personal text; what has a name in each language: by language
	DueAt             when.Instant
	ObjectType        string
	ObjectID          id.ID
}

// Inbox takes reminders. Package task is later in the order of modules; app fills it.
type Inbox interface {
	RemindTx(tx *db.Tx, r Reminder) error
	// SettleTx ends open reminders of a kind about an object that are due at a moment,
	// whosever they are.
	SettleTx(tx *db.Tx, r Reminder) error
}

// SetInbox wires the inbox; app calls it once before serving.
func (s *Service) SetInbox(i Inbox) { s.inbox = i }

// The kinds of reminders.
const (
	kindGrantEnds    = "access.grant_ends"     // to whoever may prolong it
	kindOwnGrantEnds = "access.own_grant_ends" // to the holder
	kindDeputyNamed  = "access.deputy_named"
)

const (
	warnAtOnce = 100 // grants of one round
	maxWarned  = 10  // people of one grant
)

// WarnEnding reminds holders, and those who may prolong them, of grants that end
// within the days the rules say.
func (s *Service) WarnEnding(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		policy, err := policyTx(tx)
		if err != nil || policy.WarnDays == 0 {
			return err
		}
		ending, err := endingGrants(tx, tx.Now().Add(time.Duration(policy.WarnDays)*24*time.Hour), warnAtOnce)
		if err != nil || len(ending) == 0 {
			return err
		}
		tree, err := s.orgs.TreeTx(tx)
		if err != nil {
			return err
		}
		roles, err := allRoles(tx)
		if err != nil {
			return err
		}
		for _, g := range ending {
			if err := s.warnTx(tx, tree, roles, g); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) warnTx(tx *db.Tx, tree *org.Tree, roles []Role, g endingRow) error {
	claimed, err := claimWarning(tx, g.ID)
	company, ok := taskCompany(tree, g.OrgID)
	i := slices.IndexFunc(roles, func(r Role) bool { return r.ID == g.RoleID })
	if err != nil || !claimed || !ok || roles[i].RetiredAt != 0 {
		return err
	}
	keepers := []id.ID{}
	for _, r := range roles {
		if r.RetiredAt == 0 && r.Permissions.Allow(PermUserUpdate) {
			keepers = append(keepers, r.ID)
		}
	}
	warned, err := usersGranted(tx, keepers, above(tree, g.HomeOrgID), maxWarned)
	if err != nil {
		return err
	}
	where, _ := tree.Get(g.OrgID)
	r := Reminder{OrgID: company, Kind: kindGrantEnds, DueAt: g.Until, ObjectType: "user", ObjectID: g.UserID,
		Params: map[string]any{"role": map[string]any{"zh": roles[i].NameZh, "en": roles[i].NameEn}, "org": where.ShortName, "day": endText(g.Until)}}
	for _, r.AssigneeID = range warned {
		if err := s.inbox.RemindTx(tx, r); err != nil {
			return err
		}
	}
	r.AssigneeID, r.Kind, r.ObjectType, r.ObjectID = g.UserID, kindOwnGrantEnds, "own_account", g.UserID
	return s.inbox.RemindTx(tx, r)
}

// endText tells when something ends: its last day or, within a day, the minute.
func endText(until when.Instant) string {
	if at := until.Time().In(when.Zone); at.Hour() != 0 || at.Minute() != 0 {
		return at.Format("2006-01-02 15:04")
	}
	return string((until - 1).Day())
}

// unwarnTx settles what was told of the end of grants that were changed or have
// ended. Grants of the user that end at the same moment are told of anew.
func (s *Service) unwarnTx(tx *db.Tx, user id.ID, grants ...Grant) error {
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return err
	}
	for _, g := range grants {
		company, ok := taskCompany(tree, g.OrgID)
		if g.Until == 0 || !ok {
			continue
		}
		for kind, object := range map[string]string{kindGrantEnds: "user", kindOwnGrantEnds: "own_account"} {
			if err := s.inbox.SettleTx(tx, Reminder{OrgID: company, Kind: kind, DueAt: g.Until, ObjectType: object, ObjectID: user}); err != nil {
				return err
			}
		}
		if err := forgetWarning(tx, user, g.Until); err != nil {
			return err
		}
	}
	return nil
}

// taskCompany is the company a task about an organisation stands in: its own, or
// one below it.
func taskCompany(tree *org.Tree, o id.ID) (id.ID, bool) {
	if company, ok := tree.Company(o); ok {
		return company.ID, true
	}
	for _, below := range tree.Subtree(o) {
		if below.Level == org.County {
			return below.ID, true
		}
	}
	return id.ID{}, false
}

// above is an organisation and all above it.
func above(tree *org.Tree, o id.ID) (all []id.ID) {
	for at, ok := tree.Get(o); ok; at, ok = tree.Get(at.ParentID) {
		all = append(all, at.ID)
	}
	return all
}

// tellDeputyTx lets a deputy know that he is one.
func (s *Service) tellDeputyTx(tx *db.Tx, a Absence) error {
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return err
	}
	company, ok := taskCompany(tree, a.OrgID)
	if !ok {
		return nil
	}
	return s.inbox.RemindTx(tx, Reminder{OrgID: company, AssigneeID: a.DeputyID, Kind: kindDeputyNamed, ObjectType: "own_account", ObjectID: a.DeputyID,
		Params: map[string]any{"from": string(a.From.Day()), "until": string((a.Until - 1).Day())}})
}
