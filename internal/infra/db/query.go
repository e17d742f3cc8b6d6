package db

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Query builds a SELECT with optional conditions. Optional parameters inside
// the text ("$1 = 0 OR x = $1") are no way: PostgreSQL types them wrongly and
// plans them badly.
type Query struct {
	conds []string
	args  []any
}

// Where adds a condition with ? for its arguments, numbered as they come.
func (q *Query) Where(cond string, args ...any) *Query {
	q.conds = append(q.conds, q.number(cond, args))
	return q
}

func (q *Query) number(text string, args []any) string {
	var b strings.Builder
	for _, a := range args {
		before, after, _ := strings.Cut(text, "?")
		q.args = append(q.args, a)
		fmt.Fprintf(&b, "%s$%d", before, len(q.args))
		text = after
	}
	b.WriteString(text)
	return b.String()
}

// listFrom is the number of values from which a list is one argument: PostgreSQL
// plans "= ANY(array)" as it plans a look-up, whatever the length. A thousand
// single arguments it compares one by one with every row of a table that was
// small when the plan was made.
const listFrom = 9

// list is many values for one condition.
type list interface {
	array() any
	each() []any
}

type listOf[T any] []T

func (l listOf[T]) array() any { return []T(l) }

func (l listOf[T]) each() []any {
	all := make([]any, len(l))
	for i, v := range l {
		all[i] = v
	}
	return all
}

// In adds "column IN (…)"; an empty list matches nothing.
func In[T any](q *Query, column string, values []T) *Query {
	if len(values) == 0 {
		q.conds = append(q.conds, "1 = 0")
		return q
	}
	if len(values) >= listFrom {
		q.args = append(q.args, listOf[T](values))
		q.conds = append(q.conds, fmt.Sprintf("%s IN ($%d)", column, len(q.args)))
		return q
	}
	marks := make([]string, len(values))
	for i, v := range values {
		q.args = append(q.args, v)
		marks[i] = fmt.Sprintf("$%d", len(q.args))
	}
	q.conds = append(q.conds, column+" IN ("+strings.Join(marks, ", ")+")")
	return q
}

// spread brings lists among the arguments into the form the engine takes: one
// array, or more arguments.
func (d Dialect) spread(query string, args []any) (string, []any) {
	if !slices.ContainsFunc(args, func(a any) bool { _, is := a.(list); return is }) {
		return query, args
	}
	args = slices.Clone(args)
	for i, a := range args {
		l, is := a.(list)
		if !is {
			continue
		}
		mark := fmt.Sprintf("$%d", i+1)
		if d == PostgreSQL {
			args[i] = l.array()
			query = strings.ReplaceAll(query, " IN ("+mark+")", " = ANY("+mark+")")
			continue
		}
		values := l.each()
		var marks strings.Builder
		marks.WriteString(" IN (" + mark)
		for _, v := range values[1:] {
			args = append(args, v)
			marks.WriteString(", $" + strconv.Itoa(len(args)))
		}
		args[i] = values[0]
		query = strings.ReplaceAll(query, " IN ("+mark+")", marks.String()+")")
	}
	return query, args
}

// Nest takes in the text of another query, to stand inside a condition: its arguments
// are numbered on.
func (q *Query) Nest(text string, args []any) string {
	base := len(q.args)
	q.args = append(q.args, args...)
	return numbered.ReplaceAllStringFunc(text, func(mark string) string {
		n, _ := strconv.Atoi(mark[1:]) // the expression takes digits alone
		return "$" + strconv.Itoa(base+n)
	})
}

var numbered = regexp.MustCompile(`\$[0-9]+`)

// Scope restricts to the scope's companies.
func (q *Query) Scope(column string, s Scope) *Query {
	if len(s.orgs) == 1 {
		return q.Where(column+" = ?", s.orgs[0])
	}
	return In(q, column, s.orgs)
}

// Text is head + " WHERE conditions " + tail, with ? in tail for more arguments.
func (q *Query) Text(head, tail string, args ...any) (string, []any) {
	tail = q.number(tail, args)
	if len(q.conds) == 0 {
		return head + " " + tail, q.args
	}
	return head + " WHERE " + strings.Join(q.conds, " AND ") + " " + tail, q.args
}

// PerOrg reads an ordered, limited list company by company and merges: with a
// condition "org_id IN (…)" neither engine would walk the index in order.
// head is "SELECT … FROM …", order e.g. "created_at DESC, id DESC" without
// table prefixes, and orgColumn the company column in head.
func (q *Query) PerOrg(s Scope, head, orgColumn, order string, limit int) (string, []any) {
	if len(s.orgs) <= 1 {
		q.Scope(orgColumn, s)
		return q.Text(head, "ORDER BY "+order+" LIMIT ?", limit)
	}
	conds := ""
	if len(q.conds) > 0 {
		conds = " AND " + strings.Join(q.conds, " AND ")
	}
	limitMark := q.number("?", []any{limit})
	parts := make([]string, len(s.orgs))
	for i, org := range s.orgs {
		parts[i] = fmt.Sprintf("SELECT * FROM (%s WHERE %s%s ORDER BY %s LIMIT %s) AS o%d",
			head, q.number(orgColumn+" = ?", []any{org}), conds, order, limitMark, i)
	}
	return "SELECT * FROM (" + strings.Join(parts, " UNION ALL ") + ") AS merged ORDER BY " + order + " LIMIT " + limitMark, q.args
}

// Part is an ordered, limited statement that gives a part of a list.
type Part struct {
	Text string
	Args []any
}

var placeholder = regexp.MustCompile(`\$[0-9]+`)

// shifted is the text with its placeholders numbered after so many others.
func (p Part) shifted(by int) string {
	return placeholder.ReplaceAllStringFunc(p.Text, func(mark string) string {
		n, _ := strconv.Atoi(mark[1:]) // digits by the pattern
		return "$" + strconv.Itoa(n+by)
	})
}

// Merge reads the parts as one list, ordered and limited as each of them is.
func Merge(parts []Part, order string, limit int) (string, []any) {
	if len(parts) == 1 {
		return parts[0].Text, parts[0].Args
	}
	var args []any
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = fmt.Sprintf("SELECT * FROM (%s) AS p%d", p.shifted(len(args)), i)
		args = append(args, p.Args...)
	}
	args = append(args, limit)
	return fmt.Sprintf("SELECT * FROM (%s) AS merged ORDER BY %s LIMIT $%d", strings.Join(texts, " UNION ALL "), order, len(args)), args
}
