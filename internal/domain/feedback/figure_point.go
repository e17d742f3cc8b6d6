package feedback

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Weights are how many points of a hundred each share takes from an experience.
type Weights struct {
	Complaint    int `json:"complaint" doc:"share of complaints among all contacts"`
	Late         int `json:"late" doc:"share late, of those with a limit"`
	Dissatisfied int `json:"dissatisfied" doc:"share dissatisfied, of those asked"`
	Repeat       int `json:"repeat" doc:"share of repeats"`
}

// FigureRule is what figures are judged by.
type FigureRule struct {
	VitalPermille      int     `json:"vital_permille"`
	BackDays           int     `json:"back_days" doc:"who complains again within so many days was not won back"`
	StaySolvedPermille int     `json:"stay_solved_permille" doc:"of customers whose complaint was solved, so many stay"`
	StayFastPermille   int     `json:"stay_fast_permille" doc:"and of those whose complaint was solved in time"`
	RangeFactor        float64 `json:"range_factor" doc:"of the mean moving range, to a control limit"`
	FewestPoints       int     `json:"fewest_points" doc:"control limits need so many periods"`
	Run                int     `json:"run" doc:"so many periods in a row on one side are a signal"`
	FewestCases        int     `json:"fewest_cases" doc:"a contact point of fewer is not judged"`
	Expectation        int     `json:"expectation" doc:"of 100, until surveys tell what customers expect"`
	Weights            Weights `json:"weights"`
}

// Check implements rule.Params.
func (r FigureRule) Check() error {
	w := r.Weights
	if sum := w.Complaint + w.Late + w.Dissatisfied + w.Repeat; sum != 100 {
		return fmt.Errorf("feedback: the weights make %d, not 100", sum)
	}
	if r.RangeFactor <= 0 || min(r.VitalPermille, r.BackDays, r.StaySolvedPermille, r.StayFastPermille, r.Run, r.FewestCases, r.Expectation) < 1 || r.FewestPoints < 2 {
		return fmt.Errorf("feedback: what figures are judged by is above 0, and limits need two periods")
	}
	return nil
}

// Lost is what a share takes from an experience.
type Lost struct {
	Why      string  `json:"why" enum:"complaint,late,dissatisfied,repeat"`
	Permille int     `json:"permille" doc:"the share"`
	Of       int     `json:"of" doc:"of how many cases"`
	Points   float64 `json:"points"`
}

// PointFigure is a contact point as its cases show it.
type PointFigure struct {
	Code        string  `json:"code"`
	Name        string  `json:"name" doc:"in the reader's language"`
	Journey     string  `json:"journey" doc:"code"`
	JourneyName string  `json:"journey_name"`
	Judged      bool    `json:"judged" doc:"there are cases enough"`
	Expectation int     `json:"expectation" doc:"0 to 100"`
	Experience  float64 `json:"experience" doc:"0 to 100; 100 less what was lost"`
	Lost        []Lost  `json:"lost" nullable:"false" doc:"what takes most first"`
	Causes      []Group `json:"causes" nullable:"false" doc:"its largest categories"`
	Tally
}

// Points is the map of contact points.
type Points struct {
	Period
	Rule   string        `json:"rule" doc:"id@version"`
	Points []PointFigure `json:"points" nullable:"false" doc:"the weakest first, then those that are not judged"`
}

// mostCauses are shown of a contact point.
const mostCauses = 3

// Points judges the contact points by their cases (Q1). Errors: validation.
func (s *Service) Points(ctx context.Context, f FigureFilter) (p Points, err error) {
	return p, s.count(ctx, f, func(k counter) error { p, err = k.points(); return err })
}

func (k counter) points() (all Points, err error) {
	all = Points{Period: k.Period, Rule: k.ref, Points: []PointFigure{}}
	at := map[string]*PointFigure{}
	for _, j := range contactMap.Journeys {
		for _, p := range j.Points {
			at[p.Code] = &PointFigure{Code: p.Code, Name: p.name(k.who.Locale), Journey: j.Code, JourneyName: inLanguage(k.who.Locale, j.NameZh, j.NameEn), Expectation: k.rule.Expectation}
		}
	}
	causes := map[string]map[string]*Group{}
	err = k.each(func(f fact) error {
		code := contactMap.pointOf(k.companies[f.OrgID].categories, f.Category)
		if at[code] == nil {
			return nil // a company's own category, below none of the shipped
		}
		at[code].add(f, k.tx.Now())
		if causes[code] == nil {
			causes[code] = map[string]*Group{}
		}
		if causes[code][f.Category] == nil {
			causes[code][f.Category] = &Group{Key: f.Category}
		}
		causes[code][f.Category].add(f, k.tx.Now())
		return nil
	})
	for _, j := range contactMap.Journeys {
		for _, p := range j.Points {
			all.Points = append(all.Points, k.judge(*at[p.Code], causes[p.Code]))
		}
	}
	slices.SortStableFunc(all.Points, weakestFirst)
	return all, err
}

// judge works a contact point out.
func (k counter) judge(p PointFigure, causes map[string]*Group) PointFigure {
	p.finish()
	p.Judged = p.Cases >= k.rule.FewestCases
	p.Lost, p.Experience = experience(p.Tally, k.rule.Weights)
	p.Causes = []Group{}
	for _, g := range causes {
		g.finish()
		g.Name = k.categoryName(g.Key)
		p.Causes = append(p.Causes, *g)
	}
	pareto(p.Causes, p.Cases, k.rule.VitalPermille)
	p.Causes = p.Causes[:min(len(p.Causes), mostCauses)]
	return p
}

// experience is 100 less what complaints, lateness, dissatisfaction and repeats take.
func experience(t Tally, w Weights) (lost []Lost, score float64) {
	score = 100
	for _, l := range []struct {
		why              string
		part, of, weight int
	}{
		{"complaint", t.Complaints, t.Cases, w.Complaint}, {"late", t.Late, t.Kept + t.Late, w.Late},
		{"dissatisfied", t.Dissatisfied, t.Satisfied + t.Dissatisfied, w.Dissatisfied}, {"repeat", t.Repeats, t.Cases, w.Repeat},
	} {
		share := permille(l.part, l.of)
		points := float64(share*l.weight) / 1000
		score -= points
		lost = append(lost, Lost{l.why, share, l.of, points})
	}
	slices.SortStableFunc(lost, func(a, b Lost) int { return cmp.Compare(b.Points, a.Points) })
	return lost, score
}

// weakestFirst sorts by what lacks to the expectation.
func weakestFirst(a, b PointFigure) int {
	if a.Judged != b.Judged {
		if a.Judged {
			return -1
		}
		return 1
	}
	if !a.Judged {
		return 0
	}
	return cmp.Compare(a.Experience-float64(a.Expectation), b.Experience-float64(b.Expectation))
}
