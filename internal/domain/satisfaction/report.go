package satisfaction

import (
	"math"
	"slices"
)

// Report is what a page about an estimation shows, in the reader's language.
// Numbers are those of the estimation with all digits.
type Report struct {
	Estimation Estimation       `json:"estimation"`
	Level      float64          `json:"level" doc:"of the intervals"`
	Read       int              `json:"read" doc:"respondents in the data"`
	Used       int              `json:"used"`
	Invited    int64            `json:"invited" doc:"how many were asked; 0: not known"`
	Response   Number           `json:"response_rate" nullable:"true" doc:"respondents of those asked"`
	Converged  bool             `json:"converged"`
	Iterations int              `json:"iterations"`
	Bands      []BandView       `json:"bands" nullable:"false"`
	Headline   ConstructView    `json:"headline" doc:"the target construct"`
	Constructs []ConstructView  `json:"constructs" nullable:"false" doc:"index, explained variance, reliability and validity"`
	Paths      []PathView       `json:"paths" nullable:"false" doc:"arrows of the path diagram"`
	Drivers    []Driver         `json:"drivers" nullable:"false" doc:"what acts on the target, strongest first"`
	MeanAxes   Axes             `json:"mean_axes" doc:"where the importance-performance map is divided"`
	Effects    []EffectView     `json:"effects" nullable:"false"`
	Items      []ItemView       `json:"items" nullable:"false"`
	Pairs      []PairView       `json:"pairs" nullable:"false"`
	Segments   []Segmentation   `json:"segments" nullable:"false"`
	Crosses    []Cross          `json:"crosses" nullable:"false"`
	Meaning    []Sentence       `json:"meaning" nullable:"false" doc:"what this means"`
	Warnings   []Sentence       `json:"warnings" nullable:"false"`
	Bootstrap  *BootstrapResult `json:"bootstrap,omitempty"`
}

// BandView is a level of the index in the reader's language.
type BandView struct {
	From  float64 `json:"from"`
	To    float64 `json:"to"`
	Title string  `json:"title"`
}

// Axes are the means of the drivers.
type Axes struct {
	Importance  Number `json:"importance" nullable:"true"`
	Performance Number `json:"performance" nullable:"true"`
}

// ConstructView is a construct's row of the report.
type ConstructView struct {
	ConstructResult
	Title       string    `json:"title"`
	Band        string    `json:"band" doc:"level of the index"`
	Explained   Judgement `json:"explained" enum:"good,fair,poor,none"`
	Reliability Judgement `json:"reliability" enum:"good,fair,poor,none"`
	Convergence Judgement `json:"convergence" enum:"good,fair,poor,none"`
	VIF         Number    `json:"vif" nullable:"true" doc:"largest among its predecessors"`
}

// PathView is an arrow of the path diagram.
type PathView struct {
	PathResult
	FromTitle   string `json:"from_title"`
	ToTitle     string `json:"to_title"`
	Significant bool   `json:"significant" doc:"p below one less than the level of the intervals"`
	Stars       string `json:"stars" doc:"*** p < 0.001, ** p < 0.01, * p < 0.05"`
}

// EffectView is a total effect.
type EffectView struct {
	EffectResult
	FromTitle string `json:"from_title"`
	ToTitle   string `json:"to_title"`
}

// ItemView is a question's row of the report.
type ItemView struct {
	ItemResult
	ConstructTitle string    `json:"construct_title"`
	Text           string    `json:"text"`
	Judgement      Judgement `json:"judgement" enum:"good,fair,poor,none"`
}

// PairView compares two constructs.
type PairView struct {
	PairResult
	ATitle    string    `json:"a_title"`
	BTitle    string    `json:"b_title"`
	Judgement Judgement `json:"judgement" enum:"good,fair,poor,none"`
}

// basis is what a report is made from; all of it was kept with the estimation.
type basis struct {
	Estimation Estimation
	Model      Model
	Bands      []Band
	Invited    int64
	Outcome    Outcome
}

// report arranges an outcome for a reader of the language.
func (b basis) report(lang string) Report {
	s := speaker{lang, b.Model}
	o := b.Outcome
	r := Report{
		Estimation: b.Estimation, Level: b.Estimation.Settings.Level, Read: o.Read, Used: o.Used, Invited: b.Invited, Response: Number(math.NaN()),
		Converged: o.Converged, Iterations: o.Iterations, Bands: []BandView{}, Segments: o.Segments, Crosses: o.Crosses, Bootstrap: o.Bootstrap, Warnings: []Sentence{},
	}
	if b.Invited > 0 {
		r.Response = Number(float64(o.Read) / float64(b.Invited))
	}
	for i, band := range b.Bands {
		_, to, _ := bandOf(b.Bands, b.Bands[i].From)
		r.Bands = append(r.Bands, BandView{band.From, to, band.Title.In(lang)})
	}
	r.addConstructs(s, b)
	r.addTables(s, o)
	r.Drivers = drivers(o, b.Model.Target, r.Level, s.title)
	r.MeanAxes.Importance, r.MeanAxes.Performance = means(r.Drivers)
	for _, w := range o.Warnings {
		r.Warnings = append(r.Warnings, s.warning(w))
	}
	r.Meaning = meaning(s, b, r)
	return r
}

func (r *Report) addConstructs(s speaker, b basis) {
	for _, c := range b.Outcome.Constructs {
		v := ConstructView{ConstructResult: c, Title: s.title(c.Name), Explained: judgeR2(c.R2), VIF: Number(math.NaN())}
		v.Reliability, v.Convergence = judgeConstruct(c)
		if band, _, ok := bandOf(b.Bands, float64(c.Index.Value)); ok {
			v.Band = band.Title.In(s.lang)
		}
		for _, p := range b.Outcome.Paths {
			if p.To == c.Name && !(v.VIF >= p.VIF) {
				v.VIF = p.VIF
			}
		}
		r.Constructs = append(r.Constructs, v)
		if c.Name == b.Model.Target {
			r.Headline = v
		}
	}
}

func (r *Report) addTables(s speaker, o Outcome) {
	for _, p := range o.Paths {
		r.Paths = append(r.Paths, PathView{p, s.title(p.From), s.title(p.To), float64(p.P) < 1-r.Level, stars(p.P)})
	}
	for _, e := range o.Effects {
		r.Effects = append(r.Effects, EffectView{e, s.title(e.From), s.title(e.To)})
	}
	for _, i := range o.Items {
		c, _ := o.construct(i.Construct)
		r.Items = append(r.Items, ItemView{i, s.title(i.Construct), s.question(i.Code), judgeItem(c, i)})
	}
	for _, p := range o.Pairs {
		r.Pairs = append(r.Pairs, PairView{p, s.title(p.A), s.title(p.B), judgePair(p)})
	}
}

func stars(p Number) string {
	limits := []Number{0.001, 0.01, 0.05}
	i := slices.IndexFunc(limits, func(limit Number) bool { return p < limit })
	if i < 0 {
		return ""
	}
	return "***"[i:]
}
