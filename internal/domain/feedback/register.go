package feedback

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Facts are what is known of a case from the beginning.
type Facts struct {
	Type          Type     `json:"type" enum:"fault,inquiry,complaint,report,opinion,suggestion,praise,service_request"`
	Category      string   `json:"category" minLength:"1" maxLength:"60" pattern:"^[a-z0-9_.]+$" doc:"code"`
	Channel       string   `json:"channel,omitempty" enum:"phone,hall,web,sms,wechat,letter,leader_day,press,h12345,h12398,visit,other" default:"phone"`
	Source        Source   `json:"source,omitempty" enum:"active,solicited,intangible" default:"active"`
	Area          string   `json:"area,omitempty" enum:"urban,rural,remote" default:"urban"`
	Circumstances []string `json:"circumstances,omitempty" maxItems:"12" enum:"central_media,provincial_media,city_media,national_supervision,provincial_supervision,city_government,county_government,collective,injury,important_user,threat"`
	Secret        bool     `json:"secret,omitempty"`
	Anonymous     bool     `json:"anonymous,omitempty"`
	Quiet         bool     `json:"quiet,omitempty" doc:"tell the customer nothing by message"`
	CustomerID    id.ID    `json:"customer_id,omitzero"`
	AccountID     id.ID    `json:"account_id,omitzero"`
	EquipmentID   id.ID    `json:"equipment_id,omitzero"`
	Title         string   `json:"title,omitempty" maxLength:"100" doc:"absent: the beginning of the text"`
	Text          string   `json:"text" minLength:"1" maxLength:"5000"`
	CallerName    string   `json:"caller_name,omitempty" maxLength:"60"`
	CallerPhone   string   `json:"caller_phone,omitempty" maxLength:"40"`
	Place         string   `json:"place,omitempty" maxLength:"200"`
}

// CreateInput registers a case.
type CreateInput struct {
	OrgID      id.ID        `json:"org_id,omitzero" doc:"company; needed by callers of several"`
	ReceivedAt when.Instant `json:"received_at,omitzero" doc:"when the customer came; now when absent"`
	UnitID     id.ID        `json:"unit_id,omitzero" doc:"who is to solve it; absent: as the company's rules say, if they do"`
	Answer     string       `json:"answer,omitempty" maxLength:"5000" doc:"answered at once: the case is resolved"`
	Facts
}

// titleLength is how much of a text becomes its title.
const titleLength = 30

func (f *Facts) validate(v *fault.Validation) {
	f.Title, f.Text, f.CallerName, f.CallerPhone, f.Place = strings.TrimSpace(f.Title), strings.TrimSpace(f.Text), strings.TrimSpace(f.CallerName), strings.TrimSpace(f.CallerPhone), strings.TrimSpace(f.Place)
	f.Channel, f.Source, f.Area = cmp.Or(f.Channel, "phone"), cmp.Or(f.Source, Active), cmp.Or(f.Area, "urban")
	v.Check(f.Text != "", "text", "required")
	v.Check(!strings.ContainsRune(f.CallerPhone, '*'), "caller_phone", "masked")
	v.Check(!f.Anonymous || f.CustomerID.IsZero(), "customer_id", "anonymous")
	slices.Sort(f.Circumstances)
	f.Circumstances = slices.Compact(f.Circumstances)
	if f.Title == "" {
		r := []rune(strings.Join(strings.Fields(f.Text), " "))
		f.Title = string(r[:min(len(r), titleLength)])
	}
	if f.CallerPhone == "" || strings.ContainsRune(f.CallerPhone, '*') {
		return
	}
	phone, err := cn.ParsePhone(f.CallerPhone, "")
	v.Check(err == nil, "caller_phone", "wrong_format")
	if err == nil {
		f.CallerPhone = phone.Display()
	}
}

// Create registers a case: it is dispatched by the company's rules where they say to
// whom, and resolved where it was answered at once. Errors: validation, ErrCategory,
// ErrUnit, ErrNobody, db.ErrNotFound for what it is about, db.ErrOrgRequired,
// db.ErrKeyReused.
func (s *Service) Create(ctx context.Context, key string, in CreateInput) (d Detail, err error) {
	who, org, err := access.AllowOne(ctx, PermCreate, in.OrgID)
	if err != nil {
		return Detail{}, err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return Detail{}, fmt.Errorf("feedback: %w", err)
	}
	var v fault.Validation
	in.ReceivedAt = cmp.Or(in.ReceivedAt, s.DB.Now())
	v.Check(in.ReceivedAt <= s.DB.Now(), "received_at", "in_future")
	in.validate(&v)
	if err := v.Err(); err != nil {
		return Detail{}, err
	}
	once := db.Once{OrgID: org, UserID: who.UserID, Action: PermCreate, Key: key, Body: body}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		var w *work
		made, repeated, err := tx.Once(once, func() (id.ID, error) {
			if w, err = s.registerTx(tx, who, org, in); err != nil {
				return id.ID{}, err
			}
			return w.ID, w.recordTx(PermCreate, nil)
		})
		switch {
		case err != nil:
		case repeated:
			d, err = s.detailTx(tx, who, made)
		default:
			d, err = w.freshTx()
		}
		return err
	})
	return d, err
}

// registerTx makes a case.
func (s *Service) registerTx(tx *db.Tx, who access.Who, org id.ID, in CreateInput) (*work, error) {
	c := Case{ID: tx.NewID(), OrgID: org, State: Registered, RegistrarID: who.UserID, RegistrarName: who.Name, Round: 1, ReceivedAt: in.ReceivedAt, Version: 1,
		CustomerID: in.CustomerID, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}
	w, err := s.workTx(tx, who, caseRow{Case: c})
	if err != nil {
		return nil, err
	}
	if err := w.takeOver(in.Facts); err != nil {
		return nil, err
	}
	n, err := tx.NextNumber("feedback_counter", org, tx.Now().Day())
	if err != nil {
		return nil, err
	}
	company, _ := w.units.Get(org)
	w.CaseNo = fmt.Sprintf("%s-%s-%04d", company.Code, strings.ReplaceAll(string(tx.Now().Day()), "-", ""), n)
	if err := w.happen(string(Create), Customer, Params{At: in.ReceivedAt}, Words{}); err != nil {
		return nil, err
	}
	if err := w.begin(in); err != nil {
		return nil, err
	}
	return w, w.insertTx()
}

// begin dispatches a new case, or resolves it at once.
func (w *work) begin(in CreateInput) error {
	if answer := strings.TrimSpace(in.Answer); answer != "" {
		if err := w.take(Resolve, w.tx.Now()); err != nil {
			return err
		}
		w.Answer, w.OwnerID, w.OwnerName = answer, w.RegistrarID, w.RegistrarName
		return w.happen(string(Resolve), Customer, Params{OwnerID: w.OwnerID}, Words{Text: answer})
	}
	unit := in.UnitID
	if unit.IsZero() {
		if unit = w.at.route(w.Type, w.Category); unit.IsZero() || len(w.at.team(w.units, w.OrgID, unit)) == 0 {
			return nil // it waits for somebody who dispatches it
		}
	}
	if err := w.giveTo(unit, id.ID{}); err != nil {
		return err
	}
	if err := w.take(Dispatch, w.tx.Now()); err != nil {
		return err
	}
	return w.happen(string(Dispatch), Internal, Params{UnitID: unit}, Words{})
}

// insertTx writes a new case.
func (w *work) insertTx() error {
	if err := w.countTx(); err != nil {
		return err
	}
	r := caseRow{Case: w.Case}
	r.OriginID = w.origin()
	var err error
	if r.Sealed, err = w.keys.Seal(r.OriginID, bodyPlace(w.ID), w.Body); err != nil {
		return err
	}
	if err := w.blindTx(&r); err != nil {
		return err
	}
	if err := insertCase(w.tx, r); err != nil {
		return err
	}
	if err := insertEvents(w.tx, w.happened); err != nil {
		return err
	}
	if err := insertDeadlines(w.tx, w.deadlines); err != nil {
		return err
	}
	if err := w.tasksTx(); err != nil {
		return err
	}
	return w.timelineTx()
}

// blindPhone is the blind index of the caller's number, of its own kind.
const blindPhone = "case_phone"

func (w *work) blindTx(r *caseRow) error {
	r.PhoneBlind = []byte{}
	if w.CallerPhone == "" {
		return nil
	}
	company, err := w.Keys.CompanyTx(w.tx, w.OrgID)
	if err != nil {
		return err
	}
	if p, err := cn.ParsePhone(w.CallerPhone, ""); err == nil {
		r.PhoneBlind = company.Blind(blindPhone, p.Number)
	}
	return nil
}

// takeOver puts the facts into the case: what it is about is the company's, and from
// what was told follows how severe it is.
func (w *work) takeOver(f Facts) error {
	if f.Category != w.before.Category || f.Type != w.before.Type {
		if err := w.at.categories.check(f.Category, f.Type); err != nil {
			return err
		}
	}
	if err := w.aboutTx(f); err != nil {
		return err
	}
	w.Type, w.Channel, w.Source, w.Area, w.Secret, w.Anonymous, w.Quiet = f.Type, f.Channel, f.Source, f.Area, f.Secret, f.Anonymous, f.Quiet
	w.CustomerID, w.AccountID, w.EquipmentID, w.Circumstances = f.CustomerID, f.AccountID, f.EquipmentID, f.Circumstances
	w.Title, w.Case.Text, w.CallerName, w.CallerPhone, w.Place = f.Title, f.Text, f.CallerName, f.CallerPhone, f.Place
	return w.categorise(f.Category)
}

// categorise puts the case under a category, and grades it anew.
func (w *work) categorise(category string) (err error) {
	w.Category, w.RepeatOf = category, id.ID{}
	if !w.CustomerID.IsZero() {
		w.RepeatOf, err = endedBefore(w.tx, w.OrgID, w.CustomerID, category)
	}
	w.grade(w.at.Settings)
	return err
}

// grade finds the severity of a case.
func (c *Case) grade(of Settings) {
	r, _ := severityRules.On("case.severity", c.ReceivedAt.Day(), of.place())
	told := c.Circumstances
	if !c.RepeatOf.IsZero() {
		told = append(slices.Clone(told), repeat)
	}
	c.SeverityRule = r.Ref()
	c.Severity, c.SeverityReason = r.Params.judge(told)
}

// aboutTx refuses a customer, account or equipment that is not the company's. Error:
// db.ErrNotFound.
func (w *work) aboutTx(f Facts) error {
	scope := db.ScopeOf(w.OrgID)
	if f.CustomerID != w.before.CustomerID && !f.CustomerID.IsZero() {
		if err := w.Customers.LivingTx(w.tx, scope, f.CustomerID); err != nil {
			return err
		}
		if err := w.keysTx(f.CustomerID); err != nil {
			return err
		}
	}
	if f.AccountID != w.before.AccountID && !f.AccountID.IsZero() {
		if _, err := w.Supply.AccountCompanyTx(w.tx, scope, f.AccountID); err != nil {
			return err
		}
	}
	if f.EquipmentID != w.before.EquipmentID && !f.EquipmentID.IsZero() {
		if _, err := w.Supply.EquipmentCompanyTx(w.tx, scope, f.EquipmentID); err != nil {
			return err
		}
	}
	return nil
}

// giveTo hands the case to a unit of the company, and to one of its people where he is
// named. Errors: ErrUnit, ErrNobody, ErrOwner.
func (w *work) giveTo(unit, owner id.ID) error {
	if c, ok := w.units.Company(unit); !ok || c.ID != w.OrgID {
		return ErrUnit
	}
	if len(w.at.team(w.units, w.OrgID, unit)) == 0 {
		return ErrNobody
	}
	w.UnitID, w.OwnerID, w.OwnerName = unit, id.ID{}, ""
	if owner.IsZero() {
		return nil
	}
	return w.own(owner)
}

// own makes somebody the owner: one who works on cases, and of a case that was opened
// again not him who had it before. Errors: ErrOwner, ErrSameOwner.
func (w *work) own(owner id.ID) error {
	if owner == w.priorOwner() && w.Round > 1 {
		return ErrSameOwner
	}
	for _, p := range w.at.people[PermAccept] {
		if p.ID == owner {
			w.OwnerID, w.OwnerName = p.ID, p.Name
			return nil
		}
	}
	return ErrOwner
}

// priorOwner is who resolved the case in the round before.
func (w *work) priorOwner() (owner id.ID) {
	var last id.ID
	for _, e := range w.events {
		switch e.Kind {
		case string(Resolve):
			last = e.Params.OwnerID
		case string(Reopen):
			owner = last
		}
	}
	if w.Round > w.before.Round {
		return last // it is being opened again
	}
	return owner
}

// HintInput is what is known while a case is typed.
type HintInput struct {
	OrgID         id.ID    `json:"org_id,omitzero"`
	Type          Type     `json:"type,omitempty" enum:"fault,inquiry,complaint,report,opinion,suggestion,praise,service_request"`
	Category      string   `json:"category,omitempty" maxLength:"60" pattern:"^[a-z0-9_.]*$"`
	Circumstances []string `json:"circumstances,omitempty" maxItems:"12"`
	CustomerID    id.ID    `json:"customer_id,omitzero"`
	CallerPhone   string   `json:"caller_phone,omitempty" maxLength:"40"`
}

// Hint tells what follows from it.
type Hint struct {
	Customers      []customer.Found `json:"customers" nullable:"false" doc:"with the caller's number"`
	Open           []Case           `json:"open" nullable:"false" doc:"open cases of the customer or the caller: it may be one of these"`
	RepeatOf       id.ID            `json:"repeat_of,omitzero" doc:"an ended case about the same"`
	Severity       int              `json:"severity"`
	SeverityReason string           `json:"severity_reason,omitempty"`
	SeverityRule   string           `json:"severity_rule"`
	UnitID         id.ID            `json:"unit_id,omitzero" doc:"whom it will be dispatched to"`
	UnitName       string           `json:"unit_name,omitempty"`
}

// Hint tells what is known that a new case may belong to. Error: db.ErrOrgRequired.
func (s *Service) Hint(ctx context.Context, in HintInput) (h Hint, err error) {
	who, org, err := access.AllowOne(ctx, PermCreate, in.OrgID)
	if err != nil {
		return h, err
	}
	h = Hint{Customers: []customer.Found{}, Open: []Case{}}
	phone, wrong := cn.ParsePhone(in.CallerPhone, "")
	if wrong == nil {
		found, err := s.Customers.Search(ctx, phone.Display(), 10)
		if err != nil && !errors.Is(err, access.ErrForbidden) {
			return h, err
		}
		h.Customers = append(h.Customers, found...)
	}
	return h, s.DB.Read(ctx, func(tx *db.Tx) error { return s.hintTx(tx, who, org, in, phone, &h) })
}

func (s *Service) hintTx(tx *db.Tx, who access.Who, org id.ID, in HintInput, phone cn.Phone, h *Hint) error {
	w, err := s.workTx(tx, who, caseRow{Case: Case{OrgID: org, Type: in.Type, Category: in.Category, Circumstances: in.Circumstances, ReceivedAt: tx.Now()}})
	if err != nil {
		return err
	}
	var blind []byte
	if phone.Number != "" {
		company, err := s.Keys.CompanyTx(tx, org)
		if err != nil {
			return err
		}
		blind = company.Blind(blindPhone, phone.Number)
	}
	if !in.CustomerID.IsZero() {
		if w.RepeatOf, err = endedBefore(tx, org, in.CustomerID, in.Category); err != nil {
			return err
		}
	}
	rows, err := openAlike(tx, org, in.CustomerID, blind)
	if err != nil {
		return err
	}
	w.grade(w.at.Settings)
	h.RepeatOf, h.Severity, h.SeverityReason, h.SeverityRule = w.RepeatOf, w.Severity, w.SeverityReason, w.SeverityRule
	if unit := w.at.route(in.Type, in.Category); !unit.IsZero() {
		o, _ := w.units.Get(unit)
		h.UnitID, h.UnitName = unit, o.ShortName
	}
	h.Open, err = s.showTx(tx, who, rows)
	return err
}
