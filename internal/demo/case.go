package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
)

// whoSolves are the units of a company that solve cases, by the end of their codes.
var whoSolves = []struct {
	kind           feedback.Type
	category, unit string
}{
	{feedback.Fault, "", "11"}, {"", "request.meter", "03"}, {"", "request.damage", "03"}, {"", "request.reconnect", "03"}, {feedback.ServiceRequest, "", "11"}, {"", "business.reading", "01"},
	{"", "business", "01"}, {"", "service", "02"}, {"", "outage", "02"}, {"", "quality", "11"}, {"", "grid", "12"},
}

// caseScenes are cases of every type in every state, with what was done about them.
func (b *builder) caseScenes(ctx context.Context) ([]scene, error) {
	scenes, err := b.tell(ctx, len(proposals), func(int) []story { return slices.Concat(stories, toldStories) })
	return append(scenes, scene{b.end.Add(-toldSince), func() error { return b.tellCustomers(ctx) }}), err
}

// tell makes scenes of the stories of each company and so many of its customers.
func (b *builder) tell(ctx context.Context, persons int, of func(company int) []story) (scenes []scene, err error) {
	for n, p := range companies {
		known, err := b.firstPersons(ctx, p.Code, persons)
		if err != nil || len(known) < len(proposals) {
			return nil, err
		}
		people := map[string]context.Context{}
		for _, login := range []string{"agent", "complaint", "manager", "billing", "metering", "head"} {
			if people[login], err = b.as(ctx, login+p.Code); err != nil {
				return nil, err
			}
		}
		for i, s := range of(n) {
			t := &teller{builder: b, code: p.Code, people: people, story: s, number: i}
			scenes = append(scenes, t.scenes(known)...)
		}
	}
	return scenes, nil
}

func (b *builder) routes(ctx context.Context, code string) error {
	ctx, err := b.System(ctx, b.actor.Name)
	if err != nil {
		return err
	}
	var list feedback.RouteList
	for _, s := range whoSolves {
		list.Routes = append(list.Routes, feedback.Route{Type: s.kind, Category: s.category, UnitID: b.orgs[code+s.unit].ID})
	}
	return second(b.Feedback.SetDispatchRules(ctx, b.orgs[code].ID, 0, list))
}

// teller tells one story.
type teller struct {
	*builder
	code   string
	people map[string]context.Context
	story  story
	number int
	d      feedback.Detail
}

func (t *teller) scenes(known []customer.Item) []scene {
	s, at := t.story, t.end.Add(-time.Duration(t.story.ago)*time.Minute)
	if s.ago > 2*daily {
		at = beforeWeekend(at)
	}
	in := feedback.CreateInput{OrgID: t.orgs[t.code].ID, Facts: feedback.Facts{Type: s.kind, Category: s.category, Channel: s.channel, Area: s.area, Circumstances: s.because, Secret: s.secret,
		Anonymous: s.known < 0, Text: s.text}}
	if s.known >= 0 {
		n := s.known % len(known)
		who := known[n]
		in.CustomerID, in.CallerName, in.CallerPhone = who.ID, who.Name, fmt.Sprintf("15408%s%02d", t.code, n)
	}
	steps := s.steps
	if len(steps) > 0 && steps[0].what == "at_once" {
		in.Answer, steps = s.answer, steps[1:]
	}
	all := []scene{{at, func() (err error) { t.d, err = t.Feedback.Create(t.people["agent"], "", in); return err }}}
	for _, x := range steps {
		if at = at.Add(time.Duration(x.after) * time.Minute); at >= t.end {
			break
		}
		all = append(all, scene{at, func() error { return t.take(x) }})
	}
	return all
}

// take does a step.
func (t *teller) take(x did) (err error) {
	ctx, i, version, f := t.people[x.who], t.d.ID, t.d.Version, t.Feedback
	switch x.what {
	case "dispatch":
		t.d, err = f.Dispatch(ctx, i, version, feedback.GiveInput{UnitID: t.orgs[t.code+"03"].ID})
	case "accept":
		t.d, err = f.Accept(ctx, i, version)
	case "transfer":
		t.d, err = f.Transfer(ctx, i, version, feedback.GiveInput{UnitID: t.orgs[t.code+"03"].ID, Reason: x.text})
	case "return":
		t.d, err = f.Return(ctx, i, version, feedback.ReasonInput{Reason: x.text})
	case "pause":
		reason, evidence, _ := strings.Cut(x.text, "|")
		t.d, err = f.Pause(ctx, i, version, feedback.PauseInput{Reason: reason, Evidence: evidence})
	case "resume":
		t.d, err = f.Resume(ctx, i, version)
	case "resolve":
		t.d, err = f.Resolve(ctx, i, version, feedback.ResolveInput{Answer: t.story.answer, Finding: x.text, Cause: "见现场记录"})
	case "satisfied", "dissatisfied":
		t.d, err = f.Verdict(ctx, i, version, feedback.VerdictInput{Verdict: feedback.Verdict(x.what), By: "call", Timely: true, Reasonable: x.what == "satisfied", Fair: x.what == "satisfied", Text: x.text})
	case "close":
		t.d, err = f.Close(ctx, i, version, feedback.CloseInput{Reason: x.text})
	case "note", "reply":
		audience := feedback.Internal
		if x.what == "reply" {
			audience = feedback.Customer
		}
		err = second(f.Note(ctx, "", i, feedback.NoteInput{Text: x.text, Audience: audience}))
	case "draft":
		err = second(f.Draft(ctx, i))
	default:
		t.d, err = f.Progress(ctx, i, version, feedback.ProgressInput{Milestone: x.what, Text: x.text})
	}
	if err != nil {
		return fmt.Errorf("case %d, %s: %w", t.number, x.what, err)
	}
	return nil
}
