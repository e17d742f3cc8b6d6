package view

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Look is how somebody wants a list.
type Look struct {
	Name    string            `json:"name" minLength:"1" maxLength:"40"`
	Search  string            `json:"q,omitempty" maxLength:"200" doc:"what is searched for"`
	Filters map[string]string `json:"filters" nullable:"false" doc:"values as the list's address holds them"`
	Sort    string            `json:"sort,omitempty" maxLength:"60" doc:"absent: the list's own order"`
	Columns []string          `json:"columns" nullable:"false" maxItems:"80" doc:"in their order, those not shown with a leading !; empty: the list's own"`
	Density string            `json:"density,omitempty" enum:"comfortable,compact"`
}

// View is a list as somebody wants it, and what it is to the reader.
type View struct {
	ID        id.ID  `json:"id"`
	List      string `json:"list"`
	OwnerID   id.ID  `json:"owner_id"`
	OwnerName string `json:"owner_name"`
	OrgID     id.ID  `json:"org_id,omitzero" doc:"the company it is shared with; absent: private"`
	Look
	Dropped   []string     `json:"dropped" nullable:"false" doc:"filters, columns and order of it that the list does not know any more"`
	Pinned    bool         `json:"pinned" doc:"by the reader"`
	Default   bool         `json:"default" doc:"the reader opens the list by it"`
	MayChange bool         `json:"may_change"`
	MayRemove bool         `json:"may_remove"`
	Version   int64        `json:"version"`
	CreatedAt when.Instant `json:"created_at"`
	UpdatedAt when.Instant `json:"updated_at"`
}

// Input is what a view is to be.
type Input struct {
	OrgID id.ID `json:"org_id,omitzero" doc:"the company to share it with; absent: nobody"`
	Look
}

// Choice is what a view is to one person.
type Choice struct {
	Pinned  bool `json:"pinned"`
	Default bool `json:"default"`
}

// maxFilter bounds the value of a filter, maxFilters their number.
const (
	maxFilter  = 400
	maxFilters = 30
)

// list is what a list of the program has; a name that ends with * stands for all
// that begin so.
type list struct {
	Permission string   `json:"permission"`
	Filters    []string `json:"filters"`
	Sorts      []string `json:"sorts"`
	Columns    []string `json:"columns"`
}

//go:embed list.json
var listFile []byte

var lists = func() (all map[string]list) {
	if err := json.Unmarshal(listFile, &all); err != nil {
		panic(fmt.Sprintf("view: list.json: %v", err))
	}
	return all
}()

func knows(names []string, name string) bool {
	return slices.ContainsFunc(names, func(known string) bool {
		prefix, many := strings.CutSuffix(known, "*")
		return known == name || many && strings.HasPrefix(name, prefix) && len(name) > len(prefix)
	})
}

func (l list) knowsSort(sort string) bool {
	return sort == "" || knows(l.Sorts, strings.TrimPrefix(sort, "-"))
}

func (l list) knowsColumn(column string) bool {
	return knows(l.Columns, strings.TrimPrefix(column, "!"))
}

// check refuses what the list does not have.
func (l list) check(k Look) error {
	var v fault.Validation
	v.Check(strings.TrimSpace(k.Name) != "", "name", "required")
	v.Check(len(k.Filters) <= maxFilters, "filters", "too_many", "max", maxFilters)
	for name, value := range k.Filters {
		v.Check(knows(l.Filters, name), "filters."+name, "view.unknown_filter")
		v.Check(value != "" && utf8.RuneCountInString(value) <= maxFilter, "filters."+name, "too_long", "max", maxFilter)
	}
	v.Check(l.knowsSort(k.Sort), "sort", "view.unknown_sort")
	for i, c := range k.Columns {
		v.Check(l.knowsColumn(c), fmt.Sprintf("columns[%d]", i), "view.unknown_column")
	}
	return v.Err()
}

// fit leaves out of a look what the list does not know any more, and names it.
func (l list) fit(k Look) (Look, []string) {
	dropped := []string{}
	filters := make(map[string]string, len(k.Filters))
	for name, value := range k.Filters {
		if knows(l.Filters, name) {
			filters[name] = value
		} else {
			dropped = append(dropped, name)
		}
	}
	columns := make([]string, 0, len(k.Columns))
	for _, c := range k.Columns {
		if l.knowsColumn(c) {
			columns = append(columns, c)
		} else {
			dropped = append(dropped, strings.TrimPrefix(c, "!"))
		}
	}
	if !l.knowsSort(k.Sort) {
		dropped, k.Sort = append(dropped, strings.TrimPrefix(k.Sort, "-")), ""
	}
	slices.Sort(dropped)
	k.Filters, k.Columns = filters, columns
	return k, slices.Compact(dropped)
}
