package survey

import (
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
)

// Role is what a column of a response file is.
type Role string

// The roles.
const (
	RoleItem       Role = "item"       // answers to a question
	RoleAttribute  Role = "attribute"  // a property of the respondent, by which segments are formed
	RoleWeight     Role = "weight"     // sampling weight
	RoleRespondent Role = "respondent" // who answered: a number or code, unique
	RoleIgnore     Role = "ignore"
)

// Column says what a column of the file is.
type Column struct {
	Position int    `json:"position" minimum:"1" doc:"1 is the first column"`
	Header   string `json:"header" maxLength:"1000"`
	Role     Role   `json:"role" enum:"item,attribute,weight,respondent,ignore"`
	Target   string `json:"target,omitempty" maxLength:"60" doc:"code of the item, or name of the attribute (absent: the header)"`
	Reverse  bool   `json:"reverse,omitempty" doc:"the question is worded the other way: the answer is turned round on the scale"`
}

// Mapping says how a response file is read.
type Mapping struct {
	Columns      []Column `json:"columns" maxItems:"1000"`
	Scale        Scale    `json:"scale"`
	MissingCodes []string `json:"missing_codes,omitempty" maxItems:"20" doc:"cells that mean no answer, such as -99; an empty cell and NA always do"`
	MissingRule  string   `json:"missing_rule,omitempty" enum:"mean,casewise" default:"mean" doc:"how estimates treat missing answers unless told otherwise"`
}

// withDefaults names attributes after their headers.
func (m Mapping) withDefaults() Mapping {
	m.Columns = slices.Clone(m.Columns)
	for i, c := range m.Columns {
		if c.Role == RoleAttribute && c.Target == "" {
			m.Columns[i].Target = cut(c.Header)
		}
	}
	if m.MissingRule == "" {
		m.MissingRule = "mean"
	}
	return m
}

// cut shortens what is shown or kept of a cell or a header.
func cut(s string) string {
	if runes := []rune(s); len(runes) > maxCell {
		return string(runes[:maxCell])
	}
	return s
}

// validate checks the mapping against the file's header and the questionnaire.
func (m Mapping) validate(header []string, q Questionnaire) error {
	var v fault.Validation
	width := m.Scale.Max - m.Scale.Min
	v.Check(width > 0 && !math.IsInf(width, 0), "mapping.scale", "survey_scale", "min", m.Scale.Min, "max", m.Scale.Max)
	positions, targets, items := map[int]bool{}, map[string]bool{}, 0
	for i, c := range m.Columns {
		at := fmt.Sprintf("mapping.columns[%d]", i)
		if c.Position > len(header) || header[c.Position-1] != c.Header {
			v.Add(at+".position", "survey_column_unknown", "position", c.Position, "header", c.Header)
			continue
		}
		v.Check(!positions[c.Position], at+".position", "survey_column_twice", "position", c.Position)
		positions[c.Position] = true
		if c.Role == RoleIgnore {
			continue
		}
		if c.Role == RoleItem {
			items++
			_, known := q.construct(c.Target)
			v.Check(known, at+".target", "survey_item_unknown", "item", c.Target, "header", c.Header)
		}
		v.Check(c.Role != RoleAttribute || c.Target != "", at+".target", "required")
		v.Check(!targets[c.key()], at+".target", "survey_target_twice", "target", c.Target, "header", c.Header)
		targets[c.key()] = true
	}
	v.Check(items > 0, "mapping.columns", "survey_no_item")
	return v.Err()
}

// key is what may be mapped once: an item, an attribute, the weight, the
// respondent.
func (c Column) key() string {
	if c.Role == RoleWeight || c.Role == RoleRespondent {
		return string(c.Role)
	}
	return string(c.Role) + " " + c.Target
}

// Headers by which the columns of respondent and weight are known, folded.
var (
	respondentHeaders = []string{"respondent_id", "respondent", "respondentid", "id", "caseid", "case_id", "编号", "受访者编号", "答卷编号", "问卷编号", "样本编号", "序号", "答题序号"}
	weightHeaders     = []string{"weight", "wt", "sample_weight", "权重", "权数", "抽样权重"}
)

// suggest maps the columns by their headers and contents. A column of one text
// only is no attribute, unless the file goes on after the rows looked at.
func suggest(columns []ColumnPreview, lookedAt int, q Questionnaire) Mapping {
	least := 2
	if lookedAt == previewRows {
		least = 1
	}
	m := Mapping{Scale: q.Scale, MissingRule: "mean"}
	taken := map[string]bool{}
	for _, p := range columns {
		c := Column{Position: p.Position, Header: p.Header, Role: RoleIgnore}
		header := cn.Fold(p.Header)
		item := matchQuestion(header, q)
		switch {
		case item != "":
			c.Role, c.Target = RoleItem, item
		case slices.Contains(respondentHeaders, header):
			c.Role = RoleRespondent
		case slices.Contains(weightHeaders, header) && p.Kind != KindText:
			c.Role = RoleWeight
		case p.Kind == KindText && p.Header != "" && p.Distinct >= least && p.Distinct <= suggestLevels:
			c.Role, c.Target = RoleAttribute, cut(p.Header)
		}
		if c.Role != RoleIgnore && taken[c.key()] {
			c.Role, c.Target = RoleIgnore, ""
		}
		taken[c.key()] = true
		m.Columns = append(m.Columns, c)
	}
	return m
}

// suggestLevels is how many different texts a column may have to be taken for an
// attribute without being asked.
const suggestLevels = 20

// matchQuestion finds the item whose code or wording is the header. Numbering in
// front of the wording ("Q5. …", "5、…") does not matter.
func matchQuestion(header string, q Questionnaire) string {
	for _, question := range q.Questions {
		if header == cn.Fold(question.Code) {
			return question.Code
		}
	}
	bare := letters(header)
	for _, question := range q.Questions {
		for _, wording := range []string{question.Zh, question.En} {
			if text := letters(cn.Fold(wording)); text != "" && strings.HasSuffix(bare, text) && len(bare)-len(text) <= 8 {
				return question.Code
			}
		}
	}
	return ""
}

// letters leaves only letters and digits, which are compared.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t.,;:!?()[]-_、，。；：！？（）【】《》“”\"'·", r) {
			return -1
		}
		return r
	}, s)
}

// headerHash is the key under which a mapping is remembered.
func headerHash(header []string) []byte {
	h := sha256.New()
	for _, name := range header {
		folded := cn.Fold(name)
		h.Write([]byte(strconv.Itoa(len(folded)) + ":" + folded))
	}
	return h.Sum(nil)
}
