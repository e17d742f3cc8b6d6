package access

import (
	"fmt"
	"slices"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Absence is a time in which a deputy acts with roles of somebody who is away. It
// gives no more than the absent person holds himself at the moment, and no role that
// he holds for another.
type Absence struct {
	ID         id.ID        `json:"id"`
	OrgID      id.ID        `json:"org_id" doc:"where the absent person is at home"`
	UserID     id.ID        `json:"user_id"`
	UserName   string       `json:"user_name"`
	DeputyID   id.ID        `json:"deputy_id"`
	DeputyName string       `json:"deputy_name"`
	RoleIDs    []id.ID      `json:"role_ids" nullable:"false"`
	Roles      []RoleName   `json:"roles" nullable:"false"`
	FromDay    when.Day     `json:"from_day"`
	UntilDay   when.Day     `json:"until_day" doc:"the last day"`
	State      GrantState   `json:"state" enum:"coming,running,ended"`
	EndedAt    when.Instant `json:"ended_at,omitzero" doc:"when it was ended early, or its last day was over"`
	CreatedBy  id.ID        `json:"created_by"`
	CreatedAt  when.Instant `json:"created_at"`
	Version    int64        `json:"version"`
	From       when.Instant `json:"-"`
	Until      when.Instant `json:"-"`
}

// AbsenceInput names a deputy.
type AbsenceInput struct {
	UserID   id.ID    `json:"user_id,omitzero" doc:"who is away; absent: oneself"`
	DeputyID id.ID    `json:"deputy_id"`
	RoleIDs  []id.ID  `json:"role_ids" minItems:"1" maxItems:"50" doc:"of the roles the absent person holds"`
	FromDay  when.Day `json:"from_day" format:"date"`
	UntilDay when.Day `json:"until_day" format:"date" doc:"the last day"`
}

func (a Absence) period() period {
	p := period{a.From, a.Until}
	if a.EndedAt != 0 {
		p.until = min(p.until, max(a.EndedAt, 1))
	}
	return p
}

// pass is what a deputy holds of what the absent person holds.
func (a Absence) pass(h Held) (Held, bool) {
	if !slices.Contains(a.RoleIDs, h.RoleID) {
		return h, false
	}
	both, ok := h.period().meet(a.period())
	h.From, h.Until, h.Absent = both.from, both.until, Absent{a.UserID, a.UserName, a.ID}
	return h, ok
}

// times are the first moment of the first day and that after the last day.
func (in AbsenceInput) times(now when.Instant, longest int) (from, until when.Instant, err error) {
	var v fault.Validation
	v.Check(!in.DeputyID.IsZero(), "deputy_id", "required")
	v.Check(len(in.RoleIDs) > 0, "role_ids", "required")
	first, last := dayField(&v, "from_day", in.FromDay), dayField(&v, "until_day", in.UntilDay)
	if err := v.Err(); err != nil {
		return 0, 0, err
	}
	from, until = when.At(first), when.At(last.AddDate(0, 0, 1))
	v.Check(in.UntilDay >= in.FromDay, "until_day", "access.until_before_from")
	v.Check(until > now, "until_day", "in_the_past")
	v.Check(!last.After(first.AddDate(0, 0, longest-1)), "until_day", "access.absence_too_long", "limit", longest)
	return from, until, v.Err()
}

func dayField(v *fault.Validation, name string, d when.Day) time.Time {
	day, err := when.ParseDay(string(d))
	v.Check(err == nil, name, "wrong_format")
	if err != nil {
		return time.Time{}
	}
	first, err := day.Time()
	if err != nil {
		panic(fmt.Sprintf("access: %s was parsed and is no day", day))
	}
	return first
}

// chosen are the roles among what the absent person holds himself in the time;
// false when one is not.
func chosen(held []Held, roles []id.ID, p period) (of []Held, ok bool) {
	for _, role := range roles {
		found := false
		for _, h := range held {
			if both, meet := h.period().meet(p); meet && h.own() && h.RoleID == role && !h.retired && !h.over {
				h.From, h.Until, found = both.from, both.until, true
				of = append(of, h)
			}
		}
		if !found {
			return nil, false
		}
	}
	return of, true
}
