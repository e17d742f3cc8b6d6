package satisfaction

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/survey"
	"github.com/zhiyin-power/zhiyin/pls"
)

// State is where an estimation stands.
type State string

// The states.
const (
	Queued    State = "queued"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Settings choose how a model is estimated. With the same answers and model they
// give the same bytes.
type Settings struct {
	Scheme    pls.Scheme  `json:"scheme" enum:"path,centroid,factorial" doc:"inner weights"`
	Resamples int         `json:"resamples" doc:"of the bootstrap; 0: none, and no intervals"`
	Seed      int64       `json:"seed"`
	Level     float64     `json:"level" doc:"of the intervals"`
	Missing   pls.Missing `json:"missing" enum:"mean,casewise" doc:"rule for missing answers"`
}

// DefaultSettings are those of a caller who chooses nothing.
func DefaultSettings() Settings {
	return Settings{Scheme: pls.PathScheme, Resamples: 1000, Seed: pls.DefaultSeed, Level: 0.95}
}

// EstimateInput asks for an estimation. An empty scheme is path weighting, a level
// of 0 is 0.95, an empty rule for missing answers that of the import.
type EstimateInput struct {
	Model    string // reference; empty: the survey's
	Settings Settings
}

// Estimation is one calculation on the answers of a survey.
type Estimation struct {
	ID         id.ID         `json:"id"`
	OrgID      id.ID         `json:"org_id"`
	SurveyID   id.ID         `json:"survey_id"`
	Title      string        `json:"title" doc:"of the survey"`
	Wave       string        `json:"wave"`
	State      State         `json:"state" enum:"queued,done,failed,cancelled"`
	JobID      id.ID         `json:"job_id,omitzero"`
	Model      ModelVersion  `json:"model"`
	Settings   Settings      `json:"settings"`
	DataID     id.ID         `json:"data_id"`
	DataSHA256 survey.Digest `json:"data_sha256" doc:"of the answers"`
	Program    string        `json:"program" doc:"version of the program that calculated"`
	Cases      int64         `json:"cases" doc:"respondents used"`
	Target     string        `json:"target" doc:"the construct whose index is given"`
	Index      Number        `json:"index" nullable:"true"`
	IndexLo    Number        `json:"index_lo" nullable:"true"`
	IndexHi    Number        `json:"index_hi" nullable:"true"`
	ResultSize int64         `json:"result_size" doc:"bytes of result.json"`
	ResultHash survey.Digest `json:"result_sha256" doc:"of result.json"`
	Problems   []Sentence    `json:"problems,omitempty" doc:"why the answers or the model were refused"`
	CreatedBy  string        `json:"created_by"`
	CreatedAt  when.Instant  `json:"created_at"`
	FinishedAt when.Instant  `json:"finished_at,omitzero"`
	Version    int64         `json:"version"`
}

// ModelVersion names the model an estimation was made with.
type ModelVersion struct {
	Ref     string `json:"ref"`
	Name    string `json:"name"`
	Title   string `json:"title"`
	Version int64  `json:"version,omitempty" doc:"of a company's own model"`
}
