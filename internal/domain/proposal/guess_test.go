package proposal_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/proposal"
)

// A proposer who guesses what he does not see is answered alike whether he is right:
// by error, fields, items and what his proposal's page tells.
func TestAProposalIsNoWayToGuess(t *testing.T) {
	const number, birth = "11010519491231002X", "1949-12-31"
	each(t, func(w *world) {
		c := w.customer()
		certificates := []customer.CertificateInput{{Kind: cn.KindResidentID, Number: number}}
		c, err := w.customers.Update(w.maintainer, c.ID, c.Version, customer.UpdateInput{Certificates: &certificates})
		w.must(err)
		seen, err := w.customers.Get(w.clerk, c.ID)
		w.must(err)
		phone, certificate := seen.Contacts[0], seen.Certificates[0]
		kept := customer.ContactInput{ID: phone.ID, Kind: phone.Kind, Value: phone.Value, Primary: true}
		contacts := func(all ...customer.ContactInput) proposal.Input {
			return proposal.Input{Change: &customer.UpdateInput{Contacts: &all, ConfirmDuplicates: true}}
		}
		person := func(change func(p *customer.Person)) proposal.Input {
			p := *seen.Person
			change(&p)
			return proposal.Input{Change: &customer.UpdateInput{Person: &p}}
		}
		for name, guess := range map[string]struct{ right, wrong proposal.Input }{
			"name": {proposal.Input{Change: &customer.UpdateInput{Name: set("张三丰")}}, proposal.Input{Change: &customer.UpdateInput{Name: set("张四丰")}}},
			"phone": {contacts(customer.ContactInput{ID: phone.ID, Kind: customer.Phone, Value: mobile(1), Primary: true}),
				contacts(customer.ContactInput{ID: phone.ID, Kind: customer.Phone, Value: mobile(3), Primary: true})},
			"phone written otherwise": {contacts(customer.ContactInput{ID: phone.ID, Kind: customer.Phone, Value: "+86 " + mobile(1), Primary: true}),
				contacts(customer.ContactInput{ID: phone.ID, Kind: customer.Phone, Value: "+86 " + mobile(3), Primary: true})},
			"phone once more": {contacts(kept, customer.ContactInput{Kind: customer.Phone, Value: mobile(1)}), contacts(kept, customer.ContactInput{Kind: customer.Phone, Value: mobile(3)})},
			"employer":        {person(func(p *customer.Person) { p.Employer = "武当道观" }), person(func(p *customer.Person) { p.Employer = "少林寺庙" })},
			"birth":           {person(func(p *customer.Person) { p.BirthDate = birth }), person(func(p *customer.Person) { p.BirthDate = "1949-12-30" })},
			"certificate": {proposal.Input{Change: &customer.UpdateInput{Certificates: &[]customer.CertificateInput{{ID: certificate.ID, Kind: certificate.Kind, Number: number}}}},
				proposal.Input{Change: &customer.UpdateInput{Certificates: &[]customer.CertificateInput{{ID: certificate.ID, Kind: certificate.Kind, Number: "110105194912310046"}}}}},
			"field of the company": {proposal.Input{Fields: map[string]string{"key_place": "门卫处"}}, proposal.Input{Fields: map[string]string{"key_place": "传达室"}}},
		} {
			told := map[bool]string{}
			for is, in := range map[bool]proposal.Input{true: guess.right, false: guess.wrong} {
				in.CustomerID, in.CustomerVersion, in.Reason = c.ID, c.Version, "本人来柜台更正"
				told[is] = w.told(in)
			}
			if told[true] != told[false] {
				w.t.Errorf("%s: a right guess is told by\n%s\na wrong one by\n%s", name, told[true], told[false])
			}
		}
		echo := contacts(kept)
		echo.CustomerID, echo.CustomerVersion, echo.Reason = c.ID, c.Version, "没有改动"
		if got := w.told(echo); got != "customer.unaltered" {
			w.t.Errorf("what he left as he saw it: %s", got)
		}
	})
}

var changing = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|"(proposed|input|value|submitted_at)":("[^"]*"|\{.*\})`)

// told is all that a proposer is told of his proposal, but for what he typed himself.
func (w *world) told(in proposal.Input) string {
	w.t.Helper()
	d, err := w.Create(w.clerk, "", in)
	if err != nil {
		return strings.Split(err.Error(), ":")[0]
	}
	all := ""
	for range 2 {
		d.Input = nil
		raw, err := json.Marshal(d)
		w.must(err)
		all += changing.ReplaceAllString(string(raw), "…") + "\n"
		if d, err = w.Get(w.clerk, d.ID); err != nil {
			w.t.Fatal(err)
		}
	}
	_, err = w.Withdraw(w.clerk, d.ID, d.Version)
	w.must(err)
	return all
}

// What was guessed right changes nothing when it is accepted.
func TestAcceptingWhatStandsThereAlready(t *testing.T) {
	each(t, func(w *world) {
		c := w.customer()
		d := w.endorsed(proposal.Input{CustomerID: c.ID, CustomerVersion: c.Version, Reason: "本人来柜台更正", Change: &customer.UpdateInput{Name: set("张三丰")}})
		if d, err := w.Decide(w.maintainer, d.ID, d.Version, verdicts(d, "name")); err != nil || d.State != proposal.Accepted {
			w.t.Errorf("%s, %v", d.State, err)
		}
		now, err := w.customers.Get(w.maintainer, c.ID)
		if err != nil || now.Name != "张三丰" || now.Version != c.Version {
			w.t.Errorf("%s in version %d, %v", now.Name, now.Version, err)
		}
	})
}
