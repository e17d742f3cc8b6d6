package privacy

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Purpose is what personal data are used for with the person's consent.
type Purpose struct {
	Code string `json:"code"`
	PurposeBody
	Shipped     bool         `json:"shipped" doc:"comes with the program: may be retired, not deleted"`
	Retired     bool         `json:"retired" doc:"nobody is asked for it any more, and no use is allowed by it"`
	Version     int64        `json:"version" doc:"0: as it was shipped"`
	CreatedAt   when.Instant `json:"created_at,omitzero"`
	UpdatedAt   when.Instant `json:"updated_at,omitzero"`
	UpdatedName string       `json:"updated_name,omitempty"`
}

// PurposeBody is what a purpose is made of.
type PurposeBody struct {
	NameZh    string `json:"name_zh"`
	NameEn    string `json:"name_en"`
	Sensitive bool   `json:"sensitive" doc:"separate consent; shown to holders of consent.low_income only"`
	Basis     string `json:"basis"`
	SourceZh  string `json:"source_zh"`
	SourceEn  string `json:"source_en"`
	Texts     []Text `json:"texts" nullable:"false" doc:"every text there was, the last one holds"`
}

// Text is what the person agreed to, from a day on.
type Text struct {
	Version string   `json:"version"`
	From    when.Day `json:"from"`
	Zh      string   `json:"zh"`
	En      string   `json:"en"`
}

// textOn is the text that holds on a day.
func (p Purpose) textOn(day when.Day) (t Text) {
	for _, other := range p.Texts {
		if other.From <= day && other.From >= t.From {
			t = other
		}
	}
	return t
}

// PurposeInput is what a company says of a purpose. Another text than the present one
// is a new version, and consent is asked for anew.
type PurposeInput struct {
	NameZh    string `json:"name_zh" minLength:"1" maxLength:"40"`
	NameEn    string `json:"name_en" minLength:"1" maxLength:"60"`
	Sensitive bool   `json:"sensitive,omitempty"`
	SourceZh  string `json:"source_zh,omitempty" maxLength:"300" doc:"the law it rests on"`
	SourceEn  string `json:"source_en,omitempty" maxLength:"300"`
	TextZh    string `json:"text_zh" minLength:"1" maxLength:"2000" doc:"what the person agrees to: who uses which data for what, how long, and how to withdraw"`
	TextEn    string `json:"text_en" minLength:"1" maxLength:"2000"`
}

// PurposeNew makes a purpose.
type PurposeNew struct {
	OrgID id.ID  `json:"org_id,omitzero" doc:"company; needed by callers of several"`
	Code  string `json:"code" pattern:"^[a-z][a-z0-9_]{0,39}$"`
	PurposeInput
}

// PurposeChange changes a purpose.
type PurposeChange struct {
	PurposeInput
	Retired bool `json:"retired,omitempty" doc:"nobody is asked for it any more"`
}

var purposeCode = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

func (in *PurposeInput) validate() error {
	var v fault.Validation
	for name, text := range map[string]*string{"name_zh": &in.NameZh, "name_en": &in.NameEn, "text_zh": &in.TextZh, "text_en": &in.TextEn} {
		*text = strings.TrimSpace(*text)
		v.Check(*text != "", name, "required")
	}
	return v.Err()
}

// take makes the purpose what the input says. A purpose that becomes sensitive needs
// another text: what was agreed to before was not agreed to apart.
func (p *Purpose) take(in PurposeInput, today when.Day) error {
	now := p.textOn(today)
	same := now.Zh == in.TextZh && now.En == in.TextEn
	var v fault.Validation
	v.Check(!same || p.Sensitive || !in.Sensitive, "text_zh", "privacy_text_apart")
	if err := v.Err(); err != nil {
		return err
	}
	p.NameZh, p.NameEn, p.Sensitive, p.SourceZh, p.SourceEn = in.NameZh, in.NameEn, in.Sensitive, strings.TrimSpace(in.SourceZh), strings.TrimSpace(in.SourceEn)
	if !same {
		p.Texts = append(slices.Clone(p.Texts), Text{Version: p.nextVersion(today), From: today, Zh: in.TextZh, En: in.TextEn})
	}
	return nil
}

// nextVersion numbers the texts of a year: "2026-3".
func (p Purpose) nextVersion(today when.Day) string {
	year, last := string(today)[:4], 0
	for _, t := range p.Texts {
		if of, n, ok := strings.Cut(t.Version, "-"); ok && of == year {
			number, _ := strconv.Atoi(n)
			last = max(last, number)
		}
	}
	return fmt.Sprint(year, "-", last+1)
}

// permission is what is needed besides to see and record a purpose.
func (p Purpose) permission() string {
	if p.Sensitive {
		return PermLowIncome
	}
	return ""
}

func maySee(who access.Who, p Purpose, org id.ID) bool {
	if p.permission() == "" {
		return true
	}
	own, _ := who.May(p.permission())
	return own.Scope.Has(org)
}

// purposesTx are those of a company, the shipped ones first.
func (s *Service) purposesTx(tx *db.Tx, org id.ID) ([]Purpose, error) {
	rows, err := ownPurposes(tx, org)
	if err != nil {
		return nil, err
	}
	all := make([]Purpose, 0, len(shippedPurposes)+len(rows))
	for _, p := range shippedPurposes {
		if i := slices.IndexFunc(rows, func(r Purpose) bool { return r.Code == p.Code }); i >= 0 {
			p = rows[i]
		} else {
			p.NameZh, p.NameEn = s.Text("zh", "privacy.purpose."+p.Code, nil), s.Text("en", "privacy.purpose."+p.Code, nil)
		}
		p.Shipped = true
		all = append(all, p)
	}
	for _, r := range rows {
		if !slices.ContainsFunc(shippedPurposes, func(p Purpose) bool { return p.Code == r.Code }) {
			all = append(all, r)
		}
	}
	return all, nil
}

// purposeTx finds one. Error: db.ErrNotFound.
func (s *Service) purposeTx(tx *db.Tx, org id.ID, code string) (Purpose, error) {
	all, err := s.purposesTx(tx, org)
	i := slices.IndexFunc(all, func(p Purpose) bool { return p.Code == code })
	if err != nil || i < 0 {
		return Purpose{}, cmp.Or[error](err, db.ErrNotFound)
	}
	return all[i], nil
}

func (s *Service) purposeNamesTx(tx *db.Tx, org id.ID, lang string) (map[string]string, error) {
	all, err := s.purposesTx(tx, org)
	names := map[string]string{}
	for _, p := range all {
		names[p.Code] = inLanguage(lang, p.NameZh, p.NameEn)
	}
	return names, err
}
