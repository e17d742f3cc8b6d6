package when

import "time"

// Reason is why a day counts or does not.
type Reason string

// The reasons.
const (
	Counts     Reason = "counts"
	Beginning  Reason = "beginning" // the day it began on
	DayOff     Reason = "day_off"   // no working day
	Closed     Reason = "closed"    // no service hours, or none left
	StandsIdle Reason = "paused"
	PutOff     Reason = "put_off" // the last day would be a day off: it ends later
	Ends       Reason = "ends"    // the day it was put off to
	NoCalendar Reason = "no_calendar"
)

// Step is what became of a day.
type Step struct {
	Date
	Reason  Reason `json:"reason" enum:"beginning,counts,day_off,closed,paused,put_off,ends,no_calendar"`
	N       int    `json:"n,omitempty" doc:"which one it is, where days are counted"`
	Minutes int    `json:"minutes,omitempty" doc:"that ran on it, where time is counted"`
}

// Explanation is a date with every day that led to it.
type Explanation struct {
	Due
	Limit   Limit    `json:"limit"`
	Steps   []Step   `json:"steps" nullable:"false"`
	Notices []Notice `json:"notices" nullable:"false" doc:"that say which of the days are off"`
}

// Notice is where the days off of a year come from.
type Notice struct {
	Year   int      `json:"year"`
	Number string   `json:"number"`
	Papers []string `json:"papers" nullable:"false"`
}

// Explain counts day by day and tells of each, up to the last, the open pause or the
// year that has no calendar.
func (c *Calendar) Explain(q Count) Explanation {
	e := Explanation{Due: c.Due(q), Limit: q.Limit, Steps: []Step{}, Notices: []Notice{}}
	last, n := e.end(q), 0
	for d := q.From.number(); d <= last; d++ {
		s := Step{Date: Date{d.day(), c.kind(d), c.names[d]}}
		switch {
		case !q.Limit.ByDay():
			s.Reason, s.Minutes = c.timeOn(q, d, e.At)
		case d == last && e.State == CalendarMissing:
			s.Reason = NoCalendar
		default:
			if s.Reason = c.reasonOf(q, d, n); s.Reason == Counts {
				n++
				s.N = n
			}
		}
		e.Steps = append(e.Steps, s)
	}
	e.Notices = c.noticesOf(q.From.number().year(), last.year())
	return e
}

// end is the last day there is something to tell of.
func (d Due) end(q Count) dayNo {
	switch d.State {
	case CalendarMissing:
		return max(newYear(d.Year), q.From.number()+1)
	case Paused:
		return q.Pauses[len(q.Pauses)-1].From.number()
	}
	return d.At.number()
}

// reasonOf judges a day of a limit by day, before which n were counted.
func (c *Calendar) reasonOf(q Count, d dayNo, n int) Reason {
	works := c.kind(d).Works()
	switch {
	case d == q.From.number():
		return Beginning
	case q.idle(d):
		return StandsIdle
	case q.Limit.Unit == CalendarDays && n == q.Limit.N && works:
		return Ends
	case q.Limit.Unit == CalendarDays && n == q.Limit.N:
		return PutOff
	case q.Limit.Unit == WorkingDays && !works:
		return DayOff
	}
	return Counts
}

// idle tells whether a day begins during a pause.
func (q Count) idle(d dayNo) bool {
	for _, p := range q.Pauses {
		if p.From.number() < d && (p.To == 0 || d <= p.To.number()) {
			return true
		}
	}
	return false
}

// timeOn judges a day of a limit in minutes or hours that ended at a moment, or has not.
func (c *Calendar) timeOn(q Count, d dayNo, end Instant) (Reason, int) {
	if q.Hours != nil && c.kind(d) == Unknown {
		return NoCalendar, 0
	}
	if end == 0 {
		end = farInstant
	}
	if ran := c.ran(q, d, end); ran > 0 {
		return Counts, int(ran / time.Minute)
	}
	q.Pauses = nil
	if c.ran(q, d, end) > 0 {
		return StandsIdle, 0
	}
	return Closed, 0
}

// ran is how long the clock ran on a day.
func (c *Calendar) ran(q Count, d dayNo, end Instant) (sum time.Duration) {
	for i := 0; ; i++ {
		from, to, ok := q.runs(i)
		if !ok {
			return sum
		}
		for _, s := range q.Hours.on(c.kind(d)) {
			if begin, stop := max(from, d.at(s.From)), min(to, d.at(s.To), end); begin < stop {
				sum += stop.Sub(begin)
			}
		}
	}
}

func (c *Calendar) noticesOf(from, to int) (all []Notice) {
	all = []Notice{}
	for year := from; year <= to; year++ {
		if y, ok := c.years[year]; ok {
			all = append(all, Notice{year, y.Notice, y.Papers})
		}
	}
	return all
}
