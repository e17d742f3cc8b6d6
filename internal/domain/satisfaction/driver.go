package satisfaction

import (
	"math"
	"slices"
)

// Quadrant is where a driver stands in the importance-performance map: both are
// compared with the mean of the drivers (Ringle, Sarstedt 2016, IMDS 116(9)).
type Quadrant string

// The quadrants.
const (
	Improve  Quadrant = "improve"  // important and low
	KeepUp   Quadrant = "keep_up"  // important and high
	Watch    Quadrant = "watch"    // less important, low
	Maintain Quadrant = "maintain" // less important, high
)

// Driver is a construct that acts on the target.
type Driver struct {
	Rank        int    `json:"rank"`
	Construct   string `json:"construct"`
	Title       string `json:"title"`
	Effect      Number `json:"effect" nullable:"true" doc:"total effect on the target, standardised"`
	Direct      Number `json:"direct" nullable:"true"`
	Indirect    Number `json:"indirect" nullable:"true"`
	Correlation Number `json:"correlation" nullable:"true" doc:"with the target"`
	Spread
	Significant bool     `json:"significant"`
	Importance  Number   `json:"importance" nullable:"true" doc:"points of the target's index per point of the driver's"`
	Performance Number   `json:"performance" nullable:"true" doc:"index of the driver"`
	Potential   Number   `json:"potential" nullable:"true" doc:"points the target gains if the driver's index went to 100"`
	Quadrant    Quadrant `json:"quadrant" enum:"improve,keep_up,watch,maintain"`
}

// drivers ranks the constructs that act on the target by their total effect.
func drivers(o Outcome, target string, level float64, title func(string) string) []Driver {
	list := []Driver{}
	for _, e := range o.Effects {
		if e.To != target {
			continue
		}
		c, _ := o.construct(e.From)
		list = append(list, Driver{
			Construct: e.From, Title: title(e.From), Effect: e.Value, Direct: e.Value - e.Indirect, Indirect: e.Indirect, Correlation: o.correlation(e.From, target),
			Spread: e.Spread, Significant: float64(e.P) < 1-level, Importance: e.Points, Performance: c.Index.Value, Potential: e.Points * (100 - c.Index.Value),
		})
	}
	slices.SortStableFunc(list, func(a, b Driver) int {
		switch {
		case a.Effect > b.Effect:
			return -1
		case a.Effect < b.Effect:
			return 1
		}
		return 0
	})
	importance, performance := means(list)
	for i := range list {
		list[i].Rank = i + 1
		list[i].Quadrant = quadrant(list[i].Importance >= importance, list[i].Performance >= performance)
	}
	return list
}

// means are the axes of the importance-performance map.
func means(list []Driver) (importance, performance Number) {
	for _, d := range list {
		importance += d.Importance
		performance += d.Performance
	}
	n := Number(len(list))
	return importance / n, performance / n
}

func quadrant(important, high bool) Quadrant {
	switch {
	case important && !high:
		return Improve
	case important:
		return KeepUp
	case high:
		return Maintain
	}
	return Watch
}

func (o Outcome) correlation(a, b string) Number {
	for _, p := range o.Pairs {
		if p.A == a && p.B == b || p.A == b && p.B == a {
			return p.Correlation
		}
	}
	return Number(math.NaN())
}
