package satisfaction

import (
	"fmt"
	"math"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// Band is a level of the index: from From up to the next band, the last up to
// 100.
type Band struct {
	From  float64 `json:"from" minimum:"0" maximum:"100"`
	Title Text    `json:"title"`
}

// Bands are the levels an organisation reads the index by.
type Bands struct {
	OrgID   id.ID  `json:"org_id"`
	SetBy   id.ID  `json:"set_by,omitzero" doc:"the organisation they were set for: this one or the nearest above; absent: the program's own"`
	Bands   []Band `json:"bands" nullable:"false"`
	Version int64  `json:"version" doc:"0 where the organisation has none of its own"`
}

// BandsInput sets the levels.
type BandsInput struct {
	Bands []Band `json:"bands" minItems:"2" maxItems:"10"`
}

// defaultBands follow the reading of the 2012 survey, where 72 lay between
// "basically satisfied" (60) and "satisfied" (80), and 59.89 below (O6).
var defaultBands = []Band{
	{0, Text{"很不满意", "very dissatisfied"}},
	{40, Text{"不满意", "dissatisfied"}},
	{60, Text{"基本满意", "basically satisfied"}},
	{80, Text{"满意", "satisfied"}},
	{90, Text{"非常满意", "very satisfied"}},
}

func (in BandsInput) validate() error {
	var v fault.Validation
	for i, b := range in.Bands {
		at := fmt.Sprintf("bands[%d]", i)
		v.Check(strings.TrimSpace(b.Title.Zh) != "", at+".title.zh", "required")
		v.Check(i > 0 || b.From == 0, at+".from", "bands_start")
		v.Check(i == 0 || b.From > in.Bands[i-1].From, at+".from", "bands_order")
	}
	return v.Err()
}

// bandOf finds the level of an index and where it ends; ok is false for a value
// that does not exist.
func bandOf(bands []Band, value float64) (b Band, to float64, ok bool) {
	if math.IsNaN(value) {
		return Band{}, 0, false
	}
	i := len(bands) - 1
	for i > 0 && bands[i].From > value {
		i--
	}
	if to = 100; i+1 < len(bands) {
		to = bands[i+1].From
	}
	return bands[i], to, true
}
