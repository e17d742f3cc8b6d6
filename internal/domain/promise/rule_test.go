package promise

import (
	"errors"
	"slices"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

var allStates = []State{Awaiting, Open, Kept, Late, Broken, Withdrawn, Refused}

// possible are the steps of each state and where they lead while the time is not over.
var possible = map[State]map[Action]State{
	Awaiting: {Approve: Open, Refuse: Refused, Assign: Awaiting, Withdraw: Withdrawn},
	Open:     {Keep: Kept, Break: Broken, Assign: Open, Withdraw: Withdrawn},
	Kept:     {Reopen: Open},
	Late:     {Reopen: Open},
	Broken:   {Reopen: Open},
}

func TestStepsFollowTheTable(t *testing.T) {
	for _, s := range allStates {
		for _, a := range Actions {
			p := Promise{State: s, DueAt: 100, EndedAt: 7}
			err := p.take(a, 50)
			want, fits := possible[s][a]
			switch {
			case !fits && !errors.Is(err, ErrState):
				t.Errorf("%s from %s: %v", a, s, err)
			case fits && (err != nil || p.State != want):
				t.Errorf("%s from %s leads to %s, want %s: %v", a, s, p.State, want, err)
			case fits && (p.EndedAt == 0) != p.live():
				t.Errorf("%s from %s: ended at %d in %s", a, s, p.EndedAt, p.State)
			}
		}
	}
}

func TestKeptAfterItsTimeIsLate(t *testing.T) {
	for at, want := range map[when.Instant]State{99: Kept, 100: Kept, 101: Late} {
		p := Promise{State: Open, DueAt: 100}
		if err := p.take(Keep, at); err != nil || p.State != want {
			t.Errorf("at %d: %s, want %s: %v", at, p.State, want, err)
		}
	}
	p := Promise{State: Open, DueAt: never} // its calendar is missing
	if err := p.take(Keep, 5); err != nil || p.State != Kept {
		t.Errorf("%s %v", p.State, err)
	}
}

func TestTheMoreGenerousTheShorterOrTheMore(t *testing.T) {
	hours := Terms{Unit: "h", Floor: 4, Limit: 1}
	fen := Terms{Unit: Fen, Floor: 20000, Limit: 500000}
	for _, x := range []struct {
		terms         Terms
		value         int64
		above, beyond bool
	}{
		{hours, 5, false, false}, {hours, 4, false, false}, {hours, 3, true, false}, {hours, 1, true, false}, {hours, 0, true, true},
		{fen, 1, false, false}, {fen, 20000, false, false}, {fen, 20001, true, false}, {fen, 500000, true, false}, {fen, 500001, true, true},
	} {
		if got := x.terms.beyond(x.value, x.terms.Floor); got != x.above {
			t.Errorf("%d %s beyond the floor: %t", x.value, x.terms.Unit, got)
		}
		if err := x.terms.offer(x.value); (err != nil) != x.beyond {
			t.Errorf("%d %s: %v", x.value, x.terms.Unit, err)
		}
	}
}

// Every type that comes with the program can be promised at its floor, or, where nothing
// may be promised without an approval, at its limit.
func TestShippedTypesCanBePromised(t *testing.T) {
	b := book{}
	if len(b.codes()) < 8 || !slices.Contains(b.codes(), "callback") {
		t.Error(b.codes())
	}
	for _, code := range b.codes() {
		terms, head, ok := b.on(code, "2026-03-02")
		if !ok || head.SourceZh == "" || terms.offer(max(terms.Floor, 1)) != nil || terms.offer(terms.Limit) != nil {
			t.Errorf("%s: %+v", code, terms)
		}
		if _, found, ok := b.find(code, head.Ref()); !ok || found.ID != head.ID {
			t.Errorf("%s is not found by %s", code, head.Ref())
		}
	}
}

func TestTheOwnerIsRemindedBeforeAtHalfOfTheTimeAtTheLatest(t *testing.T) {
	const hour = when.Instant(3_600_000_000)
	terms := Terms{Unit: "h", Lead: when.Limit{N: 1, Unit: when.HoursUnit}}
	for _, x := range []struct {
		state State
		due   when.Instant
		told  int
		want  when.Instant
	}{
		{Open, 4 * hour, 0, 3 * hour},
		{Open, hour, 0, hour / 2}, // an hour before would be at once
		{Open, 4 * hour, toldSoon, 4*hour + 1},
		{Open, 4 * hour, toldLate, never},
		{Open, never, 0, never},
		{Awaiting, 4 * hour, 0, never},
		{Kept, 4 * hour, 0, never},
	} {
		p := Promise{State: x.state, DueAt: x.due, Told: x.told}
		if p.remind(terms); p.TellAt != x.want {
			t.Errorf("%s due %d, told %d: %d, want %d", x.state, x.due, x.told, p.TellAt, x.want)
		}
	}
}

func TestFiguresLeaveOutWhatWasNeverPromised(t *testing.T) {
	f := fold([]tally{
		{Type: "answer", State: Awaiting, N: 9}, {Type: "answer", State: Refused, N: 9}, {Type: "answer", State: Open, N: 3, Overdue: 1}, {Type: "answer", State: Kept, N: 2},
		{Type: "answer", State: Late, N: 1}, {Type: "visit", State: Withdrawn, N: 4}, {Type: "visit", State: Broken, N: 1}, {Type: "refund", State: Refused, N: 1},
	})
	want := []Group{{Type: "answer", Made: 6, Open: 2, Overdue: 1, Kept: 2, Late: 1, Rate: 500}, {Type: "visit", Made: 5, Broken: 1, Withdrawn: 4}}
	if !slices.Equal(f.Groups, want) || f.Total != (Group{Made: 11, Open: 2, Overdue: 1, Kept: 2, Late: 1, Broken: 1, Withdrawn: 4, Rate: 400}) {
		t.Errorf("%+v", f)
	}
}
