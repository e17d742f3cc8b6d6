package when

import (
	"fmt"
	"time"
)

// Span is a part of a day, in minutes after midnight: from the first to before the second.
type Span struct{ From, To int }

// MarshalText writes "08:30-12:00".
func (s Span) MarshalText() ([]byte, error) {
	return fmt.Appendf(nil, "%02d:%02d-%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60), nil
}

// UnmarshalText reads "08:30-12:00"; 24:00 is the end of the day.
func (s *Span) UnmarshalText(b []byte) error {
	var h1, m1, h2, m2 int
	n, err := fmt.Sscanf(string(b), "%02d:%02d-%02d:%02d", &h1, &m1, &h2, &m2)
	*s = Span{h1*60 + m1, h2*60 + m2}
	back, _ := s.MarshalText()
	if err != nil || n != 4 || string(back) != string(b) || s.From < 0 || s.From >= s.To || s.To > 24*60 {
		return fmt.Errorf("when: %q is no part of a day such as 08:30-12:00", b)
	}
	return nil
}

// Hours are when service is given: on working days and on days off. What is not in them
// is a break, such as lunch.
type Hours struct {
	Work []Span `json:"work"`
	Rest []Span `json:"rest,omitempty"`
}

// Check refuses parts that overlap or stand in the wrong order, and hours without any.
func (h Hours) Check() error {
	if len(h.Work)+len(h.Rest) == 0 {
		return fmt.Errorf("when: no service hours")
	}
	for _, day := range [][]Span{h.Work, h.Rest} {
		for i := 1; i < len(day); i++ {
			if day[i].From < day[i-1].To {
				return fmt.Errorf("when: service hours overlap")
			}
		}
	}
	return nil
}

// on are the parts of a day of a kind; nil hours are the whole of every day.
func (h *Hours) on(k Kind) []Span {
	switch {
	case h == nil:
		return wholeDay
	case k.Works():
		return h.Work
	}
	return h.Rest
}

var wholeDay = []Span{{0, 24 * 60}}

// at is a minute of a day.
func (n dayNo) at(minute int) Instant { return n.first().Add(time.Duration(minute) * time.Minute) }
