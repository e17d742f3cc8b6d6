package feedback

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/rule"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

var (
	//go:embed rule/deadline.json
	deadlineFile []byte
	//go:embed rule/severity.json
	severityFile []byte
	//go:embed rule/escalation.json
	escalationFile []byte
	//go:embed rule/figure.json
	figureFile []byte
	//go:embed rule/category.json
	categoryFile []byte

	deadlineRules   = rule.Must[Limit](deadlineFile)
	severityRules   = rule.Must[Severities](severityFile)
	escalationRules = rule.Must[Ladder](escalationFile)
	figureRules     = rule.Must[FigureRule](figureFile)
	shipped         = mustRead[[]Category](categoryFile)
)

func mustRead[T any](raw []byte) (v T) {
	if err := json.Unmarshal(raw, &v); err != nil {
		panic(err) // the file is part of the program, and tests read it
	}
	return v
}

// Limit is a limit of a stage and the phase it is counted from.
type Limit struct {
	Since string `json:"since" doc:"phase it is counted from: received, registered, dispatched, arrived or resolved"`
	when.Terms
}

// The phases limits are counted from.
const (
	phaseReceived   = "received" // opened, and opened again
	phaseRegistered = "registered"
	phaseDispatched = "dispatched"
	phaseArrived    = "arrived"
	phaseResolved   = "resolved"
)

// Check implements rule.Params.
func (l Limit) Check() error {
	if !slices.Contains([]string{phaseReceived, phaseRegistered, phaseDispatched, phaseArrived, phaseResolved}, l.Since) {
		return fmt.Errorf("feedback: no phase %q", l.Since)
	}
	return l.Terms.Check()
}

// Severities tell what makes a case how severe.
type Severities struct {
	Levels []SeverityLevel `json:"levels" nullable:"false"`
	Lowest int             `json:"lowest" doc:"of all others"`
}

// SeverityLevel is a level and what leads to it.
type SeverityLevel struct {
	Level         int      `json:"level"`
	Circumstances []string `json:"circumstances" nullable:"false"`
}

// circumstances are what may be told of a case; repeat is found, not told.
const repeat = "repeat"

// Check implements rule.Params.
func (s Severities) Check() error {
	last := 0
	for _, l := range s.Levels {
		if l.Level <= last || l.Level >= s.Lowest || len(l.Circumstances) == 0 {
			return fmt.Errorf("feedback: levels rise from 1 to less than %d and each has a circumstance", s.Lowest)
		}
		last = l.Level
	}
	return nil
}

// judge finds the level of circumstances and which of them decided.
func (s Severities) judge(told []string) (level int, reason string) {
	for _, l := range s.Levels {
		for _, c := range l.Circumstances {
			if slices.Contains(told, c) {
				return l.Level, c
			}
		}
	}
	return s.Lowest, ""
}

// Ladder is who is told when how much of a time is over.
type Ladder struct {
	Steps []LadderStep `json:"steps" nullable:"false"`
}

// LadderStep is one step of it.
type LadderStep struct {
	Share int      `json:"share" doc:"per cent of the time"`
	Tell  []string `json:"tell" nullable:"false" doc:"owner, team, leader"`
}

// Check implements rule.Params.
func (l Ladder) Check() error {
	last := 0
	for _, s := range l.Steps {
		if s.Share <= last || len(s.Tell) == 0 {
			return fmt.Errorf("feedback: shares rise and each tells somebody")
		}
		for _, t := range s.Tell {
			if !slices.Contains([]string{tellOwner, tellTeam, tellLeader}, t) {
				return fmt.Errorf("feedback: nobody is %q", t)
			}
		}
		last = s.Share
	}
	return nil
}

// Who is told.
const (
	tellOwner  = "owner"
	tellTeam   = "team"
	tellLeader = "leader"
)

// at is the moment of a step, counted from 0, between two; never after the last.
func (l Ladder) at(step int, since, due when.Instant) when.Instant {
	if step >= len(l.Steps) || due == never {
		return never
	}
	return since + (due-since)/100*when.Instant(l.Steps[step].Share)
}

// Rules are the rules that decide about cases, with where they come from.
type Rules struct {
	Deadlines   []rule.Rule[Limit]      `json:"deadlines" nullable:"false"`
	Severities  []rule.Rule[Severities] `json:"severities" nullable:"false"`
	Escalations []rule.Rule[Ladder]     `json:"escalations" nullable:"false"`
}

func allRules() Rules {
	return Rules{deadlineRules.All(), severityRules.All(), escalationRules.All()}
}
