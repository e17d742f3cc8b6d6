package portal

import (
	"context"
	_ "embed"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/feedback"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Topic is what a customer may come with, in words of his own: "portal.topic.CODE".
type Topic struct {
	Code     string        `json:"code"`
	Type     feedback.Type `json:"type" enum:"fault,inquiry,complaint,report,opinion,suggestion,praise,service_request"`
	Category string        `json:"-"`
	Secret   bool          `json:"secret" doc:"told in confidence: it is not among his cases"`
}

//go:embed rule/topic.json
var topicFile []byte

var topics = mustTopics()

func mustTopics() (all []Topic) {
	var rows []struct {
		Code, Category string
		Type           feedback.Type
		Secret         bool
	}
	if err := json.Unmarshal(topicFile, &rows); err != nil {
		panic(err) // it is part of the program
	}
	for _, r := range rows {
		all = append(all, Topic{r.Code, r.Type, r.Category, r.Secret})
	}
	return all
}

// Topics lists what the customer's company takes.
func (s *Service) Topics(ctx context.Context) (all []Topic, err error) {
	v, err := self(ctx)
	if err != nil {
		return nil, err
	}
	return all, s.DB.Read(ctx, func(tx *db.Tx) error { all, err = s.topicsTx(tx, v); return err })
}

func (s *Service) topicsTx(tx *db.Tx, v *Visitor) ([]Topic, error) {
	facts := make([]feedback.Facts, len(topics))
	for i, t := range topics {
		facts[i] = feedback.Facts{Type: t.Type, Category: t.Category}
	}
	offered, err := s.Feedback.OfferedTx(tx, v.OrgID, facts)
	if err != nil {
		return nil, err
	}
	all := []Topic{}
	for i, t := range topics {
		if offered[i] {
			all = append(all, t)
		}
	}
	return all, nil
}

// RequestInput is what a customer comes with.
type RequestInput struct {
	Topic string `json:"topic" minLength:"1" maxLength:"30" pattern:"^[a-z_]+$"`
	Text  string `json:"text" minLength:"1" maxLength:"5000"`
	Place string `json:"place,omitempty" maxLength:"200" doc:"absent: the address of the account"`
	Phone string `json:"caller_phone,omitempty" maxLength:"40" doc:"absent: the one in the archive"`
}

// Sent is a request that was taken.
type Sent struct {
	ID         id.ID  `json:"id"`
	CaseNo     string `json:"case_no"`
	LookupCode string `json:"lookup_code"`
	Secret     bool   `json:"secret" doc:"followed by number and code alone"`
}

// Send registers a case of the customer. Errors: validation, rest.ErrTooMany,
// db.ErrKeyReused, as of feedback.Create.
func (s *Service) Send(ctx context.Context, key string, in RequestInput) (made Sent, err error) {
	v, err := self(ctx)
	if err != nil {
		return made, err
	}
	var facts feedback.Facts
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.takeTx(tx, attempt{requestOfAccount, v.AccountID.String()}); err != nil {
			return err
		}
		facts, err = s.factsTx(tx, v, in)
		return err
	})
	if err != nil {
		return made, err
	}
	made.Secret = facts.Secret
	made.ID, made.CaseNo, err = s.Feedback.CreateOwn(ctx, v.own(), key, facts)
	made.LookupCode = s.lookupCode(v.OrgID, made.ID)
	return made, err
}

// factsTx adds what is known of the customer to what he says.
func (s *Service) factsTx(tx *db.Tx, v *Visitor, in RequestInput) (f feedback.Facts, err error) {
	offered, err := s.topicsTx(tx, v)
	if err != nil {
		return f, err
	}
	i := slices.IndexFunc(offered, func(t Topic) bool { return t.Code == in.Topic })
	var bad fault.Validation
	bad.Check(i >= 0, "topic", "not_allowed", "allowed", codesOf(offered))
	if err := bad.Err(); err != nil {
		return f, err
	}
	f = feedback.Facts{Type: offered[i].Type, Category: offered[i].Category, Secret: offered[i].Secret, Text: in.Text, Place: in.Place, CallerPhone: in.Phone}
	accounts, err := s.Supply.AccountsTx(tx, v.OrgID, []id.ID{v.AccountID})
	if err != nil {
		return f, err
	}
	f.Area = accounts[v.AccountID].Area
	if f.Place == "" {
		if f.Place, err = s.Supply.AddressTx(tx, accounts[v.AccountID]); err != nil {
			return f, err
		}
	}
	if f.CallerPhone == "" {
		if f.CallerPhone, err = s.Customers.MobileTx(tx, v.OrgID, v.CustomerID); err != nil {
			return f, err
		}
	}
	refs, err := s.Customers.RefsTx(tx, db.ScopeOf(v.OrgID), v.CustomerID)
	name := []rune(refs[v.CustomerID].Name)
	f.CallerName = string(name[:min(len(name), maxCaller)])
	return f, err
}

// maxCaller is how long a caller's name may be.
const maxCaller = 60

func codesOf(all []Topic) string {
	codes := make([]string, len(all))
	for i, t := range all {
		codes[i] = t.Code
	}
	return strings.Join(codes, ", ")
}

// Attach keeps a photograph or PDF with a case of the customer. Errors:
// feedback.ErrOwnFiles, customer.ErrFileType, db.ErrNotFound, db.ErrKeyReused.
func (s *Service) Attach(ctx context.Context, key string, i id.ID, name string, r io.Reader) (feedback.OwnFile, error) {
	v, err := self(ctx)
	if err != nil {
		return feedback.OwnFile{}, err
	}
	return s.Feedback.AttachOwn(ctx, v.own(), key, i, name, r)
}

// Download opens a file the customer sent. Error: db.ErrNotFound.
func (s *Service) Download(ctx context.Context, i, file id.ID) (feedback.OwnFile, io.ReadCloser, error) {
	v, err := self(ctx)
	if err != nil {
		return feedback.OwnFile{}, nil, err
	}
	return s.Feedback.DownloadOwn(ctx, v.own(), i, file)
}

// Judge puts the customer's verdict down: dissatisfied opens the case again, for another
// owner. Errors: validation, feedback.ErrState, db.ErrStale, db.ErrNotFound.
func (s *Service) Judge(ctx context.Context, i id.ID, version int64, in feedback.OwnVerdict) (c Case, err error) {
	v, err := self(ctx)
	if err != nil {
		return c, err
	}
	d, err := s.Feedback.JudgeOwn(ctx, v.own(), i, version, in)
	if err != nil {
		return c, err
	}
	return s.wholeCase(ctx, v, d)
}
