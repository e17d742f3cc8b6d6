package feedback

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
)

// Part is a contact point 触点 or a policy 规定, and the categories of cases that tell of it.
type Part struct {
	Code       string   `json:"code"`
	NameZh     string   `json:"name_zh"`
	NameEn     string   `json:"name_en"`
	Categories []string `json:"categories" nullable:"false"`
}

func (p Part) name(lang string) string { return inLanguage(lang, p.NameZh, p.NameEn) }

// Journey is a way of customers through our house, moment by moment (Q1).
type Journey struct {
	Code   string `json:"code"`
	NameZh string `json:"name_zh"`
	NameEn string `json:"name_en"`
	Points []Part `json:"points" nullable:"false"`
}

// ContactMap is the moments along the journeys of customers, and the policies cases are
// about. A category belongs to the part that names it or the nearest category above it.
type ContactMap struct {
	Journeys []Journey `json:"journeys" nullable:"false"`
	Policies []Part    `json:"policies" nullable:"false"`
}

// ContactMap gives the map.
func (s *Service) ContactMap(ctx context.Context) (ContactMap, error) {
	_, err := access.Allow(ctx, PermList)
	return contactMap.ContactMap, err
}

// contacts is the map by codes.
type contacts struct {
	ContactMap
	points, policies     map[string]Part
	pointAt, policyAbout map[string]string // by category
}

var (
	//go:embed rule/point.json
	pointFile  []byte
	contactMap = indexed(mustRead[ContactMap](pointFile))
)

// indexed fails where a category belongs to two parts: the file is part of the program.
func indexed(m ContactMap) contacts {
	c := contacts{m, map[string]Part{}, map[string]Part{}, map[string]string{}, map[string]string{}}
	put := func(p Part, parts map[string]Part, at map[string]string) {
		parts[p.Code] = p
		for _, category := range p.Categories {
			if at[category] != "" {
				panic(fmt.Sprintf("feedback: category %s belongs to %s and %s", category, at[category], p.Code))
			}
			at[category] = p.Code
		}
	}
	for _, j := range c.Journeys {
		for _, p := range j.Points {
			put(p, c.points, c.pointAt)
		}
	}
	for _, p := range c.Policies {
		put(p, c.policies, c.policyAbout)
	}
	return c
}

// pointOf is where the customer met us in cases of a category: its own contact point, or
// that of the nearest category above it.
func (c contacts) pointOf(t tree, category string) string { return nearest(t, category, c.pointAt) }

// policyOf is the policy cases of a category are about; empty for none.
func (c contacts) policyOf(t tree, category string) string {
	return nearest(t, category, c.policyAbout)
}

func nearest(t tree, category string, at map[string]string) string {
	for _, a := range t.above(category) {
		if code := at[a.Code]; code != "" {
			return code
		}
	}
	return ""
}

// whose are the categories that belong to a part.
func (t tree) whose(part func(tree, string) string, wanted string) (codes []string) {
	for code := range t {
		if part(t, code) == wanted {
			codes = append(codes, code)
		}
	}
	return codes
}
