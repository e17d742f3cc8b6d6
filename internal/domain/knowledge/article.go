package knowledge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// State is where the working copy of an article stands.
type State string

// The states.
const (
	Draft     State = "draft"
	Review    State = "review"
	Published State = "published"
	Retired   State = "retired"
)

// moves is the transition table.
var moves = map[State][]State{
	Draft:     {Draft, Review, Published, Retired},
	Review:    {Draft, Published, Retired},
	Published: {Draft, Retired},
	Retired:   {Draft},
}

func (s State) check(to State) error {
	if slices.Contains(moves[s], to) {
		return nil
	}
	return ErrState.With("state", string(s))
}

// Audience is for whom an article is meant.
type Audience string

// The audiences.
const (
	Internal Audience = "internal"
	Public   Audience = "public"
)

// The bounds of an article.
const (
	maxTitle = 120
	maxBody  = 40_000
	maxBasis = 500
	maxTags  = 12
	maxTag   = 20
)

// Words are an article in one language.
type Words struct {
	Title string `json:"title,omitempty" maxLength:"120"`
	Body  string `json:"body,omitempty" maxLength:"40000" doc:"Markdown; HTML in it is not shown"`
	Basis string `json:"basis,omitempty" maxLength:"500" doc:"what it rests on: a rule, a document, an idea"`
}

func (w Words) empty() bool { return w == Words{} }

// Content is what an article says and whom it is for.
type Content struct {
	Zh           Words    `json:"zh,omitzero"`
	En           Words    `json:"en,omitzero"`
	Category     string   `json:"category" maxLength:"40" doc:"code, of the terms"`
	ContactPoint string   `json:"contact_point,omitempty" maxLength:"40" doc:"code, of the terms: where the customer meets us"`
	Audience     Audience `json:"audience" enum:"internal,public"`
	Tags         []string `json:"tags,omitempty" maxItems:"12"`
}

// trimmed drops what stands around the words, and tags that are there already.
func (c Content) trimmed() Content {
	for _, w := range []*Words{&c.Zh, &c.En} {
		w.Title, w.Body, w.Basis = strings.TrimSpace(w.Title), strings.TrimSpace(strings.ReplaceAll(w.Body, "\r\n", "\n")), strings.TrimSpace(w.Basis)
	}
	var tags []string
	for _, t := range c.Tags {
		if t = strings.TrimSpace(t); t != "" && !slices.Contains(tags, t) {
			tags = append(tags, t)
		}
	}
	c.Tags = tags
	return c
}

func (c Content) validate(v *fault.Validation) {
	v.Check(!c.Zh.empty() || !c.En.empty(), "zh.title", "required")
	for name, w := range map[string]Words{"zh": c.Zh, "en": c.En} {
		v.Check(w.Title != "" || w.empty(), name+".title", "required")
		v.Check(w.Body != "" || w.empty(), name+".body", "required")
		v.Check(len([]rune(w.Title)) <= maxTitle, name+".title", "too_long", "limit", maxTitle)
		v.Check(len([]rune(w.Body)) <= maxBody, name+".body", "too_long", "limit", maxBody)
		v.Check(len([]rune(w.Basis)) <= maxBasis, name+".basis", "too_long", "limit", maxBasis)
	}
	v.Check(known(terms.Categories, c.Category), "category", "no_such")
	v.Check(c.ContactPoint == "" || known(terms.ContactPoints, c.ContactPoint), "contact_point", "no_such")
	v.Check(c.Audience == Internal || c.Audience == Public, "audience", "no_such")
	v.Check(len(c.Tags) <= maxTags, "tags", "too_many", "limit", maxTags)
	for i, t := range c.Tags {
		v.Check(len([]rune(t)) <= maxTag, fmt.Sprintf("tags[%d]", i), "too_long", "limit", maxTag)
	}
}

func (c Content) equal(other Content) bool {
	return c.Zh == other.Zh && c.En == other.En && c.Category == other.Category && c.ContactPoint == other.ContactPoint &&
		c.Audience == other.Audience && slices.Equal(c.Tags, other.Tags)
}

// in are the words in a language, or in the other.
func (c Content) in(lang string) Words {
	if lang == "en" && !c.En.empty() || c.Zh.empty() {
		return c.En
	}
	return c.Zh
}

// each calls fn with the words of each language there is.
func (c Content) each(fn func(Words)) {
	for _, w := range []Words{c.Zh, c.En} {
		if !w.empty() {
			fn(w)
		}
	}
}

func (c Content) card() card {
	return card{Zh: c.Zh.Title, En: c.En.Title, Tags: c.Tags}
}

// numbered tells whether the words hold what looks like the telephone, certificate or
// mail of a person, which nobody is to read in an article.
func (c Content) numbered() (holds bool) {
	c.each(func(w Words) {
		text := w.Title + "\n" + w.Body
		holds = holds || masked(text) != text
	})
	return holds
}

// masked hides the numbers of people in a text.
func masked(text string) string { return cn.MaskEmailsIn(cn.MaskIDsIn(cn.MaskPhonesIn(text))) }

// card is what lists show of an article.
type card struct {
	Zh   string   `json:"zh,omitempty"`
	En   string   `json:"en,omitempty"`
	Tags []string `json:"tags,omitempty"`
}

func (c card) title(lang string) string {
	if lang == "en" {
		return cmp.Or(c.En, c.Zh)
	}
	return cmp.Or(c.Zh, c.En)
}

func (c card) langs() (langs []string) {
	if c.Zh != "" {
		langs = append(langs, "zh")
	}
	if c.En != "" {
		langs = append(langs, "en")
	}
	return langs
}

// Input is a working copy as its author writes it.
type Input struct {
	OrgID   id.ID `json:"org_id,omitzero" doc:"whose article; needed by callers of several companies; an organisation above shares it with all below. Fixed once it is made"`
	OwnerID id.ID `json:"owner_id,omitzero" doc:"who looks after it; absent: its author, or who it was"`
	Content
	Note string `json:"note,omitempty" maxLength:"200" doc:"what is new"`
}

func (in Input) checked() (Input, error) {
	in.Content, in.Note = in.trimmed(), strings.TrimSpace(in.Note)
	var v fault.Validation
	in.validate(&v)
	return in, v.Err()
}

// Article is a row of a list.
type Article struct {
	ID           id.ID        `json:"id"`
	OrgID        id.ID        `json:"org_id"`
	Shared       bool         `json:"shared" doc:"of an organisation above the county companies"`
	Title        string       `json:"title" doc:"in the reader's language where there is one"`
	Langs        []string     `json:"langs" nullable:"false" doc:"zh, en"`
	State        State        `json:"state" enum:"draft,review,published,retired" doc:"of the working copy"`
	Live         bool         `json:"live" doc:"a published version can be read"`
	PublishedNo  int64        `json:"published_no" doc:"version that readers see; 0: none was published"`
	Category     string       `json:"category"`
	ContactPoint string       `json:"contact_point,omitempty"`
	Audience     Audience     `json:"audience" enum:"internal,public"`
	Tags         []string     `json:"tags" nullable:"false"`
	OwnerID      id.ID        `json:"owner_id"`
	OwnerName    string       `json:"owner_name"`
	AuthorName   string       `json:"author_name" doc:"who changed it last"`
	ReviewOn     when.Day     `json:"review_on,omitempty" doc:"to be looked at again by this day"`
	ReviewDue    bool         `json:"review_due" doc:"that day has come"`
	Useful       int64        `json:"useful" doc:"votes for the version that readers see"`
	Votes        int64        `json:"votes" doc:"all votes on it"`
	SourceKind   string       `json:"source_kind,omitempty" doc:"shipped: comes with the product; else what it was written from"`
	SourceRef    string       `json:"source_ref,omitempty"`
	PublishedAt  when.Instant `json:"published_at,omitzero"`
	UpdatedAt    when.Instant `json:"updated_at"`
	Version      int64        `json:"version"`
}

// Rendered are the words of an article in one language, ready to be shown.
type Rendered struct {
	Title string `json:"title"`
	HTML  string `json:"html" doc:"of the body; holds no script and no HTML of its author"`
	Basis string `json:"basis,omitempty"`
}

func (w Words) rendered() *Rendered {
	if w.empty() {
		return nil
	}
	return &Rendered{w.Title, renderHTML(w.Body), w.Basis}
}

// Sheet is an article as it is read.
type Sheet struct {
	No           int64     `json:"no" doc:"version; 0: the working copy"`
	Zh           *Rendered `json:"zh,omitempty"`
	En           *Rendered `json:"en,omitempty"`
	Category     string    `json:"category"`
	ContactPoint string    `json:"contact_point,omitempty"`
	Audience     Audience  `json:"audience" enum:"internal,public"`
	Tags         []string  `json:"tags" nullable:"false"`
}

func (c Content) sheet(no int64) Sheet {
	return Sheet{No: no, Zh: c.Zh.rendered(), En: c.En.rendered(), Category: c.Category, ContactPoint: c.ContactPoint, Audience: c.Audience, Tags: filled(c.Tags)}
}

func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// Work is the working copy, for those who write and judge it.
type Work struct {
	Content
	Note     string `json:"note,omitempty"`
	Answer   string `json:"answer,omitempty" doc:"why it was sent back or retired"`
	Numbered bool   `json:"numbered" doc:"holds what looks like somebody's telephone, certificate or mail"`
}

// Detail is a whole article.
type Detail struct {
	Article
	Sheet Sheet    `json:"sheet" doc:"as it is read: the published version, or the working copy before there is one"`
	Work  *Work    `json:"work,omitempty" doc:"for those who write and judge it"`
	Vote  *bool    `json:"vote,omitempty" doc:"the reader's own: of use or not"`
	May   []string `json:"may" nullable:"false" doc:"what the caller may do: update, submit, withdraw, return, publish, confirm, retire, revive, restore, vote"`
}

// Version is what was published once.
type Version struct {
	No            int64        `json:"no"`
	Title         string       `json:"title"`
	Note          string       `json:"note,omitempty"`
	AuthorName    string       `json:"author_name"`
	PublisherName string       `json:"publisher_name"`
	PublishedAt   when.Instant `json:"published_at"`
}

// VersionDetail is a version with its words.
type VersionDetail struct {
	Version
	Sheet   Sheet   `json:"sheet"`
	Content Content `json:"content"`
}
