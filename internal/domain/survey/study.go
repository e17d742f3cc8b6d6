package survey

import (
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Study is one wave of a survey.
type Study struct {
	ID        id.ID        `db:"id" json:"id"`
	OrgID     id.ID        `db:"org_id" json:"org_id"`
	Title     string       `db:"title" json:"title"`
	TitleKey  string       `db:"title_key" json:"-"`
	Wave      string       `db:"wave" json:"wave" doc:"such as 2026Q2"`
	Model     string       `db:"model" json:"model" doc:"name of a shipped satisfaction model, or identifier of one of the company's own"`
	FromDay   when.Day     `db:"from_day" json:"from_day,omitempty"`
	ToDay     when.Day     `db:"to_day" json:"to_day,omitempty"`
	Invited   int64        `db:"invited" json:"invited" doc:"how many were asked; 0: not known"`
	Note      string       `db:"note" json:"note"`
	DataID    id.ID        `db:"data_id" json:"data_id,omitzero" doc:"the current data set"`
	Responses int64        `db:"responses" json:"responses" doc:"respondents of the current data set"`
	ImportJob id.ID        `db:"import_job" json:"import_job,omitzero" doc:"the job that last began an import and has not finished it"`
	Version   int64        `db:"version" json:"version"`
	CreatedBy id.ID        `db:"created_by" json:"created_by,omitzero"`
	CreatedAt when.Instant `db:"created_at" json:"created_at"`
	UpdatedAt when.Instant `db:"updated_at" json:"updated_at"`
}

// StudyInput is what a user says of a study.
type StudyInput struct {
	Title   string   `json:"title" minLength:"1" maxLength:"120"`
	Wave    string   `json:"wave" minLength:"1" maxLength:"40"`
	Model   string   `json:"model" minLength:"1" maxLength:"40"`
	FromDay when.Day `json:"from_day,omitempty" doc:"first day of asking"`
	ToDay   when.Day `json:"to_day,omitempty" doc:"last day of asking"`
	Invited int64    `json:"invited,omitempty" minimum:"0" doc:"how many were asked, for the response rate"`
	Note    string   `json:"note,omitempty" maxLength:"2000"`
}

// CreateInput is a new study.
type CreateInput struct {
	OrgID id.ID `json:"org_id,omitzero" doc:"the caller's own organisation when absent"`
	StudyInput
}

func (in StudyInput) validate() error {
	var v fault.Validation
	v.Check(strings.TrimSpace(in.Title) != "", "title", "required")
	v.Check(strings.TrimSpace(in.Wave) != "", "wave", "required")
	for _, d := range []struct {
		name string
		day  when.Day
	}{{"from_day", in.FromDay}, {"to_day", in.ToDay}} {
		if _, err := when.ParseDay(string(d.day)); d.day != "" && err != nil {
			v.Add(d.name, "survey_day")
		}
	}
	v.Check(in.ToDay == "" || in.FromDay <= in.ToDay, "to_day", "survey_before_from_day")
	return v.Err()
}

func (s *Study) take(in StudyInput) {
	s.Title, s.Wave, s.Model = strings.TrimSpace(in.Title), strings.TrimSpace(in.Wave), in.Model
	s.TitleKey = cn.Fold(s.Title)
	s.FromDay, s.ToDay, s.Invited, s.Note = in.FromDay, in.ToDay, in.Invited, in.Note
}

// Scale is the answering scale of all items.
type Scale struct {
	Min float64 `json:"min"`
	Max float64 `json:"max"`
}

func (s Scale) has(v float64) bool { return s.Min <= v && v <= s.Max }

// Question is an item that a column can be mapped to.
type Question struct {
	Code      string `json:"code"`
	Construct string `json:"construct"`
	Zh        string `json:"zh,omitempty"`
	En        string `json:"en,omitempty"`
}

// Questionnaire is the items of a model and their scale.
type Questionnaire struct {
	Scale     Scale
	Questions []Question
}

func (q Questionnaire) construct(item string) (string, bool) {
	for _, question := range q.Questions {
		if question.Code == item {
			return question.Construct, true
		}
	}
	return "", false
}
