package feedback

import (
	"cmp"
	"context"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// Cause is what cases are grouped by.
type Cause string

// The causes.
const (
	ByType     Cause = "type"
	ByCategory Cause = "category"
	ByUnit     Cause = "unit"
	ByOwner    Cause = "owner"
	ByChannel  Cause = "channel"
	ByPoint    Cause = "point"
	ByPolicy   Cause = "policy"
	ByFinding  Cause = "finding"
)

// Group is the cases of one cause.
type Group struct {
	Key                string `json:"key" doc:"what a list of cases is filtered by; empty: of none"`
	Name               string `json:"name,omitempty" doc:"in the reader's language; absent where the key has words of its own"`
	SharePermille      int    `json:"share_permille"`
	CumulativePermille int    `json:"cumulative_permille" doc:"with all groups before it"`
	Vital              bool   `json:"vital" doc:"one of the few that make most of the cases"`
	Tally
}

// Causes is a Pareto analysis.
type Causes struct {
	Period
	By     Cause   `json:"by"`
	Rule   string  `json:"rule" doc:"id@version"`
	Total  Tally   `json:"total"`
	Groups []Group `json:"groups" nullable:"false" doc:"the largest first"`
}

// Causes groups cases by what they have in common, the largest groups first (E6).
// Errors: validation.
func (s *Service) Causes(ctx context.Context, f FigureFilter, by Cause) (c Causes, err error) {
	return c, s.count(ctx, f, func(k counter) error { c, err = k.causes(by); return err })
}

func (k counter) causes(by Cause) (c Causes, err error) {
	c = Causes{Period: k.Period, By: by, Rule: k.ref}
	groups := map[string]*Group{}
	err = k.each(func(f fact) error {
		key, name := k.keyOf(by, f)
		g := groups[key]
		if g == nil {
			g = &Group{Key: key, Name: name}
			groups[key] = g
		}
		g.add(f, k.tx.Now())
		c.Total.add(f, k.tx.Now())
		return nil
	})
	if err != nil {
		return c, err
	}
	c.Total.finish()
	c.Groups = make([]Group, 0, len(groups))
	for _, g := range groups {
		g.finish()
		if by == ByCategory {
			g.Name = k.categoryName(g.Key)
		}
		c.Groups = append(c.Groups, *g)
	}
	pareto(c.Groups, c.Total.Cases, k.rule.VitalPermille)
	return c, nil
}

// pareto sorts groups and marks the few that together make the vital share.
func pareto(groups []Group, total, vital int) {
	slices.SortFunc(groups, func(a, b Group) int { return cmp.Or(cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.Key, b.Key)) })
	sum := 0
	for i := range groups {
		g := &groups[i]
		g.Vital = permille(sum, total) < vital
		sum += g.Cases
		g.SharePermille, g.CumulativePermille = permille(g.Cases, total), permille(sum, total)
	}
}

// keyOf is the group a case belongs to.
func (k counter) keyOf(by Cause, f fact) (key, name string) {
	categories := k.companies[f.OrgID].categories
	switch by {
	case ByCategory:
		return f.Category, ""
	case ByUnit:
		o, _ := k.units.Get(f.UnitID)
		return keyOf(f.UnitID), o.ShortName
	case ByOwner:
		return keyOf(f.OwnerID), f.OwnerName
	case ByChannel:
		return f.Channel, ""
	case ByFinding:
		return f.Finding, ""
	case ByPoint:
		p := contactMap.pointOf(categories, f.Category)
		return p, contactMap.points[p].name(k.who.Locale)
	case ByPolicy:
		p := contactMap.policyOf(categories, f.Category)
		return p, contactMap.policies[p].name(k.who.Locale)
	}
	return string(f.Type), ""
}

func keyOf(i id.ID) string {
	if i.IsZero() {
		return ""
	}
	return i.String()
}
