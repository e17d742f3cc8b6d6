package promise

import (
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/rule"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

var (
	//go:embed rule/type.json
	typeFile []byte

	shipped = rule.Must[Terms](typeFile)
)

// kindOf is the kind of rule a type is.
func kindOf(code string) string { return "promise." + code }

// Unit is what something is promised in.
type Unit string

// Fen is the unit of amounts; the others are those of limits.
const Fen Unit = "fen"

// maxFen bounds an amount: ten million yuan.
const maxFen = 1_000_000_000

// Terms are what is promised by a type, and how much of it.
type Terms struct {
	NameZh string     `json:"name_zh" minLength:"1" maxLength:"40"`
	NameEn string     `json:"name_en" minLength:"1" maxLength:"80"`
	Unit   Unit       `json:"unit" enum:"m,h,d,wd,fen" doc:"minutes, hours, days, working days, or an amount in fen"`
	Floor  int64      `json:"floor" doc:"what anybody may promise: the shortest time, the largest amount"`
	Limit  int64      `json:"limit" doc:"the most generous that may be approved"`
	Within when.Limit `json:"within,omitzero" doc:"of an amount: until when it is paid, such as 5wd"`
	Lead   when.Limit `json:"lead" doc:"how long before the time its owner is reminded: 30m, 4h, 2d"`
	Closed bool       `json:"closed,omitempty" doc:"no longer promised"`
}

// Check implements rule.Params.
func (t Terms) Check() error {
	var v fault.Validation
	if t.validate(&v); v.Err() != nil {
		return fmt.Errorf("promise: %q: %w", t.NameEn, v.Err())
	}
	return nil
}

func (t *Terms) validate(v *fault.Validation) {
	t.NameZh, t.NameEn = strings.TrimSpace(t.NameZh), strings.TrimSpace(t.NameEn)
	v.Check(t.NameZh != "", "name_zh", "required")
	v.Check(t.NameEn != "", "name_en", "required")
	v.Check(t.Floor >= t.least(), "floor", "too_small", "limit", t.least())
	v.Check(t.Limit >= 1, "limit", "too_small", "limit", 1)
	v.Check(max(t.Floor, t.Limit) <= t.most(), "limit", "too_large", "limit", t.most())
	v.Check(!t.beyond(t.Floor, t.Limit), "floor", "promise_beyond_limit")
	v.Check(t.Unit != Fen || !t.Within.IsZero(), "within", "required")
	v.Check(t.Unit == Fen || t.Within.IsZero(), "within", "promise_time")
	v.Check(!t.Lead.IsZero() && t.Lead.Unit != when.WorkingDays, "lead", "promise_lead")
}

// least and most bound what may be said at all. No compensation is promised without an
// approval where the floor is nothing.
func (t Terms) least() int64 {
	if t.Unit == Fen {
		return 0
	}
	return 1
}

func (t Terms) most() int64 {
	if t.Unit == Fen {
		return maxFen
	}
	return when.MaxLimit
}

// beyond tells whether a promise is more generous than a bound: a shorter time, or a
// larger amount.
func (t Terms) beyond(value, bound int64) bool {
	if t.Unit == Fen {
		return value > bound
	}
	return value < bound
}

// limit is the time a promise is kept in.
func (t Terms) limit(value int64) when.Limit {
	if t.Unit == Fen {
		return t.Within
	}
	return when.Limit{N: int(value), Unit: units[t.Unit]}
}

var units = map[Unit]when.Unit{"m": when.Minutes, "h": when.HoursUnit, "d": when.CalendarDays, "wd": when.WorkingDays}

var spans = map[when.Unit]time.Duration{when.Minutes: time.Minute, when.HoursUnit: time.Hour, when.CalendarDays: 24 * time.Hour}

// lead is how long before the time the owner is reminded.
func (t Terms) lead() when.Instant {
	return when.Instant((time.Duration(t.Lead.N) * spans[t.Lead.Unit]).Microseconds())
}

// named is the name in each language.
func (t Terms) named() map[string]any { return map[string]any{"zh": t.NameZh, "en": t.NameEn} }

func (t Terms) name(lang string) string {
	if lang == "en" {
		return t.NameEn
	}
	return t.NameZh
}

// offer checks what is promised. Errors: validation.
func (t Terms) offer(value int64) error {
	var v fault.Validation
	v.Check(value >= 1, "value", "too_small", "limit", 1)
	v.Check(value <= t.most(), "value", "too_large", "limit", t.most())
	switch {
	case v.Err() != nil || !t.beyond(value, t.Limit):
	case t.Unit == Fen:
		v.Add("value", "promise_too_much", "limit", t.Limit/100)
	default:
		v.Add("value", "promise_too_short", "limit", t.Limit)
	}
	return v.Err()
}

var codes = regexp.MustCompile(`^[a-z][a-z0-9_]{0,29}$`)
