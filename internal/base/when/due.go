package when

import "time"

// State tells whether there is a date.
type State string

// The states of a date.
const (
	Counted         State = "counted"
	Paused          State = "paused"           // the clock stands still
	CalendarMissing State = "calendar_missing" // a year on the way has no calendar
)

// Count is all that a date is counted from, so that it can be counted again at any time.
// The day on which something begins is not counted (民法典 art. 201): counting starts
// with the next, after a pause too. So a day is left out when it begins during a pause.
type Count struct {
	From   Instant
	Limit  Limit
	Pauses []Pause // in order, not overlapping; only the last may be open
	Hours  *Hours  // minutes and hours run in these only; nil: day and night
}

// Pause is a time the clock stood still; To is zero while it does.
type Pause struct {
	From     Instant `json:"from"`
	To       Instant `json:"to,omitzero"`
	Reason   string  `json:"reason"`
	Evidence string  `json:"evidence"`
}

// Due is what was counted.
type Due struct {
	State State         `json:"state" enum:"counted,paused,calendar_missing"`
	At    Instant       `json:"at,omitzero" doc:"the last moment, when counted"`
	Year  int           `json:"year,omitempty" doc:"without a calendar"`
	Days  int           `json:"days_left,omitempty" doc:"when paused, of a limit by day"`
	Left  time.Duration `json:"-"` // when paused, of minutes and hours
}

// Due counts.
func (c *Calendar) Due(q Count) Due {
	switch {
	case q.Limit.Unit == WorkingDays:
		return c.workingDays(q)
	case q.Limit.Unit == CalendarDays:
		return c.calendarDays(q)
	case q.Hours == nil:
		return q.running()
	}
	return c.serviceHours(q)
}

const (
	farDay     = dayNo(1) << 30
	farInstant = Instant(1) << 62
)

// days gives the i-th run of days that are counted, both ends included; open tells
// that a pause without end follows it.
func (q Count) days(i int) (from, to dayNo, open, ok bool) {
	if i > len(q.Pauses) {
		return 0, 0, false, false
	}
	from, to = q.From.number()+1, farDay
	if i > 0 {
		before := q.Pauses[i-1]
		if before.To == 0 {
			return 0, 0, false, false
		}
		from = max(from, before.To.number()+1)
	}
	if i < len(q.Pauses) {
		to, open = q.Pauses[i].From.number(), q.Pauses[i].To == 0
	}
	return from, to, open, true
}

func missing(year int) Due { return Due{State: CalendarMissing, Year: year} }
func at(i Instant) Due     { return Due{State: Counted, At: i} }

func (c *Calendar) workingDays(q Count) Due {
	left := q.Limit.N
	for i := 0; ; i++ {
		from, to, open, ok := q.days(i)
		if !ok {
			return Due{State: Paused, Days: left}
		}
		if to < from {
			continue
		}
		s := c.spanOf(from)
		if s == nil {
			return missing(from.year())
		}
		before := 0
		if from > s.first {
			before = int(s.done[from-s.first-1])
		}
		if k := before + left - 1; k < len(s.work) && s.work[k] <= to {
			return at(s.work[k].last())
		}
		if to > s.last() {
			return missing(s.last().year() + 1)
		}
		if left -= int(s.done[to-s.first]) - before; open {
			return Due{State: Paused, Days: left}
		}
	}
}

// calendarDays ends on a working day: a period whose last day is a day off ends with
// the next that is none (民法典 art. 203).
func (c *Calendar) calendarDays(q Count) Due {
	left := q.Limit.N
	for i := 0; ; i++ {
		from, to, open, ok := q.days(i)
		if !ok {
			return Due{State: Paused, Days: left}
		}
		if to < from {
			continue
		}
		last := from + dayNo(max(left, 1)) - 1
		for ; last <= to && !c.kind(last).Works(); last++ {
			if c.kind(last) == Unknown {
				return missing(last.year())
			}
		}
		if last <= to {
			return at(last.last())
		}
		if left = max(left-int(to-from)-1, 0); open {
			return Due{State: Paused, Days: left}
		}
	}
}

// runs gives the i-th run of time the clock runs in.
func (q Count) runs(i int) (from, to Instant, ok bool) {
	if i > len(q.Pauses) {
		return 0, 0, false
	}
	from, to = q.From, farInstant
	if i > 0 {
		if q.Pauses[i-1].To == 0 {
			return 0, 0, false
		}
		from = max(from, q.Pauses[i-1].To)
	}
	if i < len(q.Pauses) {
		to = q.Pauses[i].From
	}
	return from, to, true
}

func (l Limit) duration() time.Duration {
	if l.Unit == Minutes {
		return time.Duration(l.N) * time.Minute
	}
	return time.Duration(l.N) * time.Hour
}

func (q Count) running() Due {
	left := q.Limit.duration()
	for i := 0; ; i++ {
		from, to, ok := q.runs(i)
		switch {
		case !ok:
			return Due{State: Paused, Left: left}
		case to < from:
			continue
		case from.Add(left) <= to:
			return at(from.Add(left))
		}
		left -= to.Sub(from)
	}
}

func (c *Calendar) serviceHours(q Count) Due {
	left := q.Limit.duration()
	for i := 0; ; i++ {
		from, to, ok := q.runs(i)
		if !ok {
			return Due{State: Paused, Left: left}
		}
		for n := from.number(); n.first() < to; n++ {
			k := c.kind(n)
			if k == Unknown {
				return missing(n.year())
			}
			for _, s := range q.Hours.on(k) {
				begin, end := max(from, n.at(s.From)), min(to, n.at(s.To))
				switch {
				case begin >= end:
				case begin.Add(left) <= end:
					return at(begin.Add(left))
				default:
					left -= end.Sub(begin)
				}
			}
		}
	}
}
