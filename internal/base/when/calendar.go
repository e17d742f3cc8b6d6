package when

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// Kind is what kind of day a day is.
type Kind uint8

// The kinds.
const (
	Unknown Kind = iota // its year has no calendar
	Weekday             // an ordinary working day
	MakeUp              // a weekend day that is worked (调休上班)
	Weekend
	Holiday // off by the notice
)

var kindWords = [...]string{"unknown", "weekday", "make_up", "weekend", "holiday"}

func (k Kind) String() string { return kindWords[k] }

// MarshalText writes unknown, weekday, make_up, weekend or holiday.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (k *Kind) UnmarshalText(b []byte) error {
	i := slices.Index(kindWords[:], string(b))
	if i < 0 {
		return fmt.Errorf("when: %q is no kind of day", b)
	}
	*k = Kind(i)
	return nil
}

// Works tells whether a day is a working day.
func (k Kind) Works() bool { return k == Weekday || k == MakeUp }

// Calendar tells working days from others in the years it knows. It is never changed,
// so that all may use one.
type Calendar struct {
	years map[int]Year
	names map[dayNo]string
	spans []span
}

// span is a run of known years without a gap.
type span struct {
	first dayNo
	kinds []Kind  // of each day
	done  []int32 // working days up to and with each day
	work  []dayNo // the working days
}

// NewCalendar makes a calendar of years that were checked; of two for one year the
// later counts. What a year names in the December before counts there too.
func NewCalendar(years ...Year) *Calendar {
	c := &Calendar{years: map[int]Year{}, names: map[dayNo]string{}}
	for _, y := range years {
		c.years[y.Year] = y
	}
	for _, year := range c.Known() {
		if _, ok := c.years[year-1]; !ok {
			c.spans = append(c.spans, span{first: newYear(year)})
		}
		s := &c.spans[len(c.spans)-1]
		for n := newYear(year); n < newYear(year+1); n++ {
			s.kinds = append(s.kinds, plain(n))
		}
	}
	for _, year := range c.Known() {
		c.name(c.years[year])
	}
	for i := range c.spans {
		c.spans[i].count()
	}
	return c
}

func plain(n dayNo) Kind {
	if n.onWeekend() {
		return Weekend
	}
	return Weekday
}

func (c *Calendar) name(y Year) {
	for _, d := range y.Days {
		n, _ := d.Date.number()
		s := c.spanOf(n)
		if s == nil {
			continue // the December before, of a year that is not known
		}
		c.names[n], s.kinds[n-s.first] = d.Name, MakeUp
		if d.Off {
			s.kinds[n-s.first] = Holiday
		}
	}
}

func (s *span) count() {
	s.done = make([]int32, len(s.kinds))
	for i, k := range s.kinds {
		if k.Works() {
			s.work = append(s.work, s.first+dayNo(i))
		}
		s.done[i] = int32(len(s.work))
	}
}

// last is the last day of the run.
func (s *span) last() dayNo { return s.first + dayNo(len(s.kinds)) - 1 }

func (c *Calendar) spanOf(n dayNo) *span {
	for i := range c.spans {
		if s := &c.spans[i]; n >= s.first && n <= s.last() {
			return s
		}
	}
	return nil
}

func (c *Calendar) kind(n dayNo) Kind {
	if s := c.spanOf(n); s != nil {
		return s.kinds[n-s.first]
	}
	return Unknown
}

// Known lists the years the calendar knows.
func (c *Calendar) Known() []int { return slices.Sorted(maps.Keys(c.years)) }

// YearOf gives what is known of a year.
func (c *Calendar) YearOf(year int) (Year, bool) { y, ok := c.years[year]; return y, ok }

// KindOf tells what kind of day a day is, and the holiday it belongs to.
func (c *Calendar) KindOf(d Day) (Kind, string) {
	n, ok := d.number()
	if !ok {
		return Unknown, ""
	}
	return c.kind(n), c.names[n]
}

// Date is a day of a calendar.
type Date struct {
	Day  Day    `json:"day"`
	Kind Kind   `json:"kind" enum:"unknown,weekday,make_up,weekend,holiday"`
	Name string `json:"name,omitempty"`
}

// Days are all days of a known year.
func (c *Calendar) Days(year int) (all []Date) {
	if _, ok := c.years[year]; !ok {
		return nil
	}
	for n := newYear(year); n < newYear(year+1); n++ {
		all = append(all, Date{n.day(), c.kind(n), c.names[n]})
	}
	return all
}

// WorkingDaysOf counts the working days of a known year.
func (c *Calendar) WorkingDaysOf(year int) (n int) {
	for _, d := range c.Days(year) {
		if d.Kind.Works() {
			n++
		}
	}
	return n
}

// Difference is a day that another calendar makes another kind of day.
type Difference struct {
	Date
	Was     Kind   `json:"was" enum:"unknown,weekday,make_up,weekend,holiday"`
	WasName string `json:"was_name,omitempty"`
}

// Differences lists what replacing or adding a year changes, by day.
func (c *Calendar) Differences(y Year) (all []Difference) {
	after := c.With(y)
	for _, d := range slices.Concat(after.Days(y.Year-1), after.Days(y.Year)) {
		was, name := c.KindOf(d.Day)
		if _, known := c.years[y.Year]; !known && d.Day.inYear(y.Year) {
			n, _ := d.Day.number()
			was, name = plain(n), "" // beside a bare week, so that only what the notice says shows
		}
		if was != d.Kind || name != d.Name {
			all = append(all, Difference{d, was, name})
		}
	}
	slices.SortFunc(all, func(a, b Difference) int { return cmp.Compare(a.Day, b.Day) })
	return all
}

func (d Day) inYear(year int) bool { n, ok := d.number(); return ok && n.year() == year }

// With is the calendar with a year added or replaced.
func (c *Calendar) With(y Year) *Calendar {
	return NewCalendar(append(slices.Collect(maps.Values(c.years)), y)...)
}
