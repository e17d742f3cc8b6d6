package message

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Send is what a module wants told.
type Send struct {
	OrgID      id.ID
	Channel    Channel
	To         string // e-mail address or mobile number
	ToName     string
	CustomerID id.ID  // the person of the archive; zero: somebody who is not in it
	ObjectType string // what it is about
	ObjectID   id.ID
	Template   string
	Lang       string            // "zh" or "en"; "" is Chinese
	Values     map[string]string // one for each variable of the text
	Key        string            // of a company and key there is one message; "": none
	After      when.Instant      // it does not leave before; zero: now
	Until      when.Instant      // it is useless afterwards; zero: a day
	By         id.ID
}

// SendTx puts a message into the outbox, in the transaction of what it tells of; Wake
// after the commit sends it at once rather than within a second. Of the same key the
// message that is there is named. Errors: ErrTemplate, ErrAddress.
func (s *Service) SendTx(tx *db.Tx, in Send) (id.ID, error) {
	r, b, err := s.composeTx(tx, in)
	if err != nil {
		return id.ID{}, err
	}
	company, err := s.Keys.CompanyTx(tx, in.OrgID)
	if err != nil {
		return id.ID{}, err
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return id.ID{}, fmt.Errorf("message: %w", err)
	}
	r.Body = company.Own().Seal(bodyPlace(r.ID), string(raw))
	added, err := insertMessage(tx, r)
	if err != nil || added {
		return r.ID, err
	}
	return messageByKey(tx, in.OrgID, r.OnceKey)
}

func (s *Service) composeTx(tx *db.Tx, in Send) (r row, b body, err error) {
	to, err := address(in.Channel, in.To)
	if err != nil {
		return r, b, err
	}
	t, err := s.templateTx(tx, in.OrgID, in.Template)
	if err != nil {
		return r, b, ErrTemplate.Wrap(err)
	}
	lang := cmp.Or(in.Lang, "zh")
	subject, text, ok := t.text(in.Channel, lang)
	if !ok {
		return r, b, ErrTemplate
	}
	b = body{To: to, ToName: oneLine(in.ToName)}
	if b.Subject, b.Text, err = t.fillBoth(subject, text, in.Values); err != nil {
		return r, b, err
	}
	b.Text = withoutControls(b.Text)
	r = row{OrgID: in.OrgID, ID: tx.NewID(), Channel: in.Channel, Kind: t.Kind, Template: t.Code, TemplateVersion: t.Version, Lang: lang, CustomerID: in.CustomerID,
		ObjectType: in.ObjectType, ObjectID: in.ObjectID, State: Queued, DueAt: max(tx.Now(), in.After), UntilAt: cmp.Or(in.Until, tx.Now().Add(keep)),
		CreatedBy: in.By, CreatedAt: tx.Now(), Version: 1}
	if in.Key != "" {
		key := sha256.Sum256([]byte(joined(string(in.Channel), in.Key)))
		r.OnceKey = key[:]
	}
	return r, b, nil
}

// withoutControls keeps line ends and takes out what no text needs.
func withoutControls(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}
