package access

import (
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Held is a role's patterns over an organisation and all below it. The names are
// for the holder to read.
type Held struct {
	Patterns             Patterns
	OrgID                id.ID
	Code, NameZh, NameEn string

	GrantID, RoleID id.ID
	From, Until     when.Instant
	// Absent is for whom the role is held while he is away; zero for a role of
	// one's own.
	Absent Absent

	retired, over bool // over: its end was seen, whatever the clock says now
}

// Absent is somebody for whom another acts.
type Absent struct {
	UserID    id.ID
	Name      string
	AbsenceID id.ID
}

func (h Held) own() bool { return h.Absent.UserID.IsZero() }

func (h Held) period() period { return period{h.From, h.Until} }

func (h Held) state(now when.Instant) GrantState {
	if h.over {
		return Ended
	}
	if s := h.period().state(now); s == Ended || !h.retired {
		return s
	}
	return Retired
}

// heldTx gathers what users hold and held and will hold, by grants of their own
// and as deputies.
func heldTx(tx *db.Tx, users ...id.ID) (map[id.ID][]Held, error) {
	list, err := allRoles(tx)
	if err != nil {
		return nil, err
	}
	roles := make(map[id.ID]Role, len(list))
	for _, r := range list {
		roles[r.ID] = r
	}
	absences, err := absencesFor(tx, users)
	if err != nil {
		return nil, err
	}
	people := slices.Clone(users)
	for _, a := range absences {
		people = append(people, a.UserID)
	}
	grants, err := grantsOf(tx, people)
	if err != nil {
		return nil, err
	}
	held := make(map[id.ID][]Held, len(users))
	for _, u := range users {
		for _, g := range grants[u] {
			held[u] = append(held[u], roles[g.RoleID].held(g))
		}
	}
	for _, a := range absences {
		for _, g := range grants[a.UserID] {
			if h, ok := a.pass(roles[g.RoleID].held(g)); ok {
				held[a.DeputyID] = append(held[a.DeputyID], h)
			}
		}
	}
	return held, nil
}

func (r Role) held(g UserGrant) Held {
	return Held{Patterns: r.Permissions, OrgID: g.OrgID, Code: r.Code, NameZh: r.NameZh, NameEn: r.NameEn, GrantID: g.ID, RoleID: r.ID,
		From: g.From, Until: g.Until, retired: r.RetiredAt != 0, over: g.EndedAt != 0}
}

// running keeps what is held now. What belongs to one of the three administrators
// is held for an absent one only by a person who is none of the others, however he
// came to be that since.
func running(all []Held, now when.Instant) (held []Held) {
	var kinds []string
	for _, h := range all { // one's own come first
		if h.state(now) != Running {
			continue
		}
		kind := h.Patterns.administers()
		if !h.own() && len(kind) > 0 && len(kinds) > 0 && !slices.Contains(kinds, kind[0]) {
			continue
		}
		held, kinds = append(held, h), append(kinds, kind...)
	}
	return held
}

// changes is the first moment after now at which what is held changes; zero for
// never.
func changes(all []Held, now when.Instant) (at when.Instant) {
	for _, h := range all {
		if next := h.period().next(now); !h.over && next != 0 && (at == 0 || next < at) {
			at = next
		}
	}
	return at
}

// separated refuses a person who would be two of the three administrators at one
// time (GB/T 22239-2019, 8.1.4.2 d).
func separated(held []Held) error {
	for i, h := range held {
		for _, other := range held[:i] {
			if _, meet := h.period().meet(other.period()); !meet || h.retired || other.retired || h.over || other.over {
				continue
			}
			a, b := h.Patterns.administers(), other.Patterns.administers()
			if len(a) > 0 && len(b) > 0 && a[0] != b[0] {
				return ErrSeparated
			}
		}
	}
	return nil
}

// beyond tells whether somebody holds a role outside the organisations, or will.
func beyond(all []Held, nodes db.Scope, now when.Instant) bool {
	return slices.ContainsFunc(all, func(h Held) bool {
		state := h.state(now)
		return (state == Running || state == Coming) && !nodes.Has(h.OrgID)
	})
}

// managedTx refuses a user who holds a role outside the organisations in which the
// caller manages users. Error: ErrBeyond.
func managedTx(tx *db.Tx, who Who, user id.ID) error {
	held, err := heldTx(tx, user)
	if err == nil && beyond(held[user], who.Nodes, tx.Now()) {
		err = ErrBeyond
	}
	return err
}

// ownGrants are the grants behind what is held, but those of absent people.
func ownGrants(all []Held, now when.Instant) []UserGrant {
	grants := []UserGrant{}
	for _, h := range all {
		if h.own() {
			grants = append(grants, UserGrant{ID: h.GrantID, Grant: Grant{h.RoleID, h.OrgID, h.From, h.Until}, State: h.state(now)})
		}
	}
	return grants
}
