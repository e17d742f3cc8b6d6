package outage

import (
	"context"
	_ "embed"
	"encoding/json"
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
)

//go:embed rule/cause.json
var causeFile []byte

// Cause is why supply failed.
type Cause struct {
	Code   string `json:"code"`
	NameZh string `json:"name_zh"`
	NameEn string `json:"name_en"`
}

var causes = mustRead(causeFile)

// Causes are all there are.
func (s *Service) Causes(ctx context.Context) ([]Cause, error) {
	_, err := access.Allow(ctx, PermGet)
	return causes, err
}

func mustRead(raw []byte) (all []Cause) {
	if err := json.Unmarshal(raw, &all); err != nil {
		panic(err) // the file is part of the program, and tests read it
	}
	return all
}

func causeOf(code string) (Cause, bool) {
	i := slices.IndexFunc(causes, func(c Cause) bool { return c.Code == code })
	if i < 0 {
		return Cause{}, false
	}
	return causes[i], true
}

func (c Cause) name(lang string) string {
	if lang == "en" {
		return c.NameEn
	}
	return c.NameZh
}
