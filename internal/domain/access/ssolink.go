package access

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/audit"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// personTx gives the user who is the provider's person: linked before, or by the
// claim that holds his login, or made anew where the provider's rule says so.
// Administrators, and who holds a role elsewhere, are linked by hand only: whoever
// gives out names at the provider must not become one by a name.
func (s *Service) personTx(tx *db.Tx, by entrance) (u User, err error) {
	l, linked, err := linkOf(tx, by.provider.ID, by.identity.Subject)
	if err != nil {
		return u, err
	}
	if linked {
		u, err = userAnywhere(tx, l.UserID)
	} else {
		u, err = s.namedTx(tx, by)
	}
	if err != nil {
		return u, err
	}
	switch at, err := s.coversTx(tx, by.provider, u); {
	case err != nil:
		return u, err
	case !at:
		return u, ErrSSOUnlinked
	case !u.Active:
		return u, ErrSSOStopped
	case linked:
		return u, touchLink(tx, by.provider.ID, by.identity.Subject)
	}
	switch linkable, err := s.linkableTx(tx, by.provider, u); {
	case err != nil:
		return u, err
	case !linkable:
		return u, ErrSSOUnlinked
	}
	return u, s.linkTx(tx, by, u)
}

// coversTx tells whether the user is at home where the provider is for.
func (s *Service) coversTx(tx *db.Tx, p Provider, u User) (bool, error) {
	tree, err := s.orgs.TreeTx(tx)
	return err == nil && within(tree, p.OrgID).Has(u.HomeOrgID), err
}

// linkableTx tells whether a name given out at the provider may make somebody the
// user: not an administrator, and nobody who holds more than the provider is for.
func (s *Service) linkableTx(tx *db.Tx, p Provider, u User) (bool, error) {
	tree, err := s.orgs.TreeTx(tx)
	if err != nil {
		return false, err
	}
	held, err := heldTx(tx, u.ID)
	all := held[u.ID]
	return !slices.ContainsFunc(all, func(h Held) bool { return len(h.Patterns.administers()) > 0 && h.state(tx.Now()) == Running }) &&
		!beyond(all, within(tree, p.OrgID), tx.Now()), err
}

// namedTx finds the user whose login the claim holds.
func (s *Service) namedTx(tx *db.Tx, by entrance) (u User, err error) {
	if by.provider.LinkClaim == "" {
		return u, ErrSSOUnlinked
	}
	login := strings.ToLower(strings.TrimSpace(by.identity.Claim(by.provider.LinkClaim)))
	if !loginForm.MatchString(login) {
		return u, ErrSSOUnlinked
	}
	u, found, err := userByLogin(tx, login)
	switch {
	case err != nil || found:
		return u, err
	case by.provider.CreateUsers:
		return s.newcomerTx(tx, by, login)
	}
	return u, ErrSSOUnlinked
}

const maxName = 40 // as UserInput says

// newcomerTx makes a user without roles and with a password that nobody knows.
func (s *Service) newcomerTx(tx *db.Tx, by entrance, login string) (User, error) {
	name := strings.TrimSpace(by.identity.Claim("name"))
	if name == "" || !genuine(name) {
		name = login
	}
	if utf8.RuneCountInString(name) > maxName {
		name = string([]rune(name)[:maxName])
	}
	d, err := createUserTx(tx, UserInput{Login: login, Name: name, HomeOrgID: by.provider.OrgID, Active: true, Grants: []Grant{}}, s.decoy)
	if err != nil {
		return User{}, err
	}
	return d.User, s.bySSOTx(tx, by, PermUserCreate, d.User, d)
}

// linkTx links a user for the first time.
func (s *Service) linkTx(tx *db.Tx, by entrance, u User) error {
	l := linkRow{ProviderID: by.provider.ID, Subject: by.identity.Subject, UserID: u.ID, LinkedAt: tx.Now(), UsedAt: tx.Now()}
	if err := insertLink(tx, l); err != nil {
		return linkTaken(err)
	}
	return s.bySSOTx(tx, by, PermLink, u, map[string]string{"provider": by.provider.Name, "subject": l.Subject, "claim": by.provider.LinkClaim})
}

func linkTaken(err error) error {
	if errors.Is(err, db.ErrDuplicate) {
		return ErrSSOTaken.Wrap(err)
	}
	return err
}

// bySSOTx writes down what a provider brought about.
func (s *Service) bySSOTx(tx *db.Tx, by entrance, action string, u User, after any) error {
	return s.audit.RecordTx(tx, audit.Change{OrgID: u.HomeOrgID, Actor: audit.Actor{Name: by.provider.Name}, Action: action, ObjectType: "user", ObjectID: u.ID, After: after})
}

// Links lists who a user is at providers. Permission: access.links. Error:
// db.ErrNotFound.
func (s *Service) Links(ctx context.Context, user id.ID) (all []Link, err error) {
	who, err := Allow(ctx, PermLinks)
	if err != nil {
		return nil, err
	}
	return all, s.db.Read(ctx, func(tx *db.Tx) error {
		if _, err := userByID(tx, who.Nodes, user); err != nil {
			return err
		}
		all, err = linksOf(tx, user)
		return err
	})
}

// LinkInput says who a user is at a provider.
type LinkInput struct {
	ProviderID id.ID  `json:"provider_id"`
	Subject    string `json:"subject" minLength:"1" maxLength:"255" doc:"how the provider names the person (sub)"`
}

// Link says who a user is at a provider, before he signs in by it. The key stands
// for the whole input. Permission: access.link. Errors: validation, db.ErrNotFound,
// ErrSSOTaken, ErrBeyond, db.ErrKeyReused.
func (s *Service) Link(ctx context.Context, key string, user id.ID, in LinkInput) (all []Link, err error) {
	who, err := Allow(ctx, PermLink)
	if err != nil {
		return nil, err
	}
	in.Subject = strings.TrimSpace(in.Subject)
	var v fault.Validation
	v.Check(in.Subject != "", "subject", "required")
	if err := v.Err(); err != nil {
		return nil, err
	}
	body := []byte(user.String() + in.ProviderID.String() + in.Subject)
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if _, _, err := tx.Once(who.once(PermLink, key, body), func() (id.ID, error) { return user, s.linkByHandTx(tx, who, user, in) }); err != nil {
			return err
		}
		all, err = linksOf(tx, user)
		return err
	})
	return all, err
}

func (s *Service) linkByHandTx(tx *db.Tx, who Who, user id.ID, in LinkInput) error {
	u, err := userByID(tx, who.Nodes, user)
	if err != nil {
		return err
	}
	p, err := providerByID(tx, who.Nodes, in.ProviderID)
	if err != nil {
		return err
	}
	if at, err := s.coversTx(tx, p.Provider, u); err != nil || !at {
		return orElse(err, ErrSSOUnlinked)
	}
	if err := managedTx(tx, who, u.ID); err != nil {
		return err
	}
	if err := insertLink(tx, linkRow{ProviderID: p.ID, Subject: in.Subject, UserID: u.ID, LinkedAt: tx.Now()}); err != nil {
		return linkTaken(err)
	}
	return s.recordTx(tx, who.Caller, PermLink, "user", u.ID, nil, map[string]string{"provider": p.Name, "subject": in.Subject})
}

// Unlink takes a user's link back; sessions that were opened by it end. Permission:
// access.unlink. Error: db.ErrNotFound.
func (s *Service) Unlink(ctx context.Context, user, provider id.ID) error {
	who, err := Allow(ctx, PermUnlink)
	if err != nil {
		return err
	}
	defer s.cache.clear()
	return s.db.Write(ctx, func(tx *db.Tx) error {
		u, err := userByID(tx, who.Nodes, user)
		if err != nil {
			return err
		}
		before, err := linksOf(tx, u.ID)
		if err != nil {
			return err
		}
		if err := deleteLink(tx, u.ID, provider); err != nil {
			return err
		}
		return s.recordTx(tx, who.Caller, PermUnlink, "user", u.ID, before, nil)
	})
}
