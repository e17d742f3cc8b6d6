package cn

import "strconv"

// Reason says why a number was refused. The values are stable: they are part of
// the API and keys of the message catalogue.
type Reason string

// The reasons, from coarse to fine; a number is refused for the first that applies.
const (
	ReasonEmpty     Reason = "empty"      // nothing left after white space is taken away
	ReasonKind      Reason = "kind"       // unknown kind of certificate
	ReasonLength    Reason = "length"     // too short or too long
	ReasonCharacter Reason = "character"  // a character that cannot stand at this position
	ReasonFormat    Reason = "format"     // length and characters are possible, their order is not
	ReasonDate      Reason = "date"       // the birth date does not exist
	ReasonFuture    Reason = "future"     // the birth date lies after the day of the check
	ReasonChecksum  Reason = "checksum"   // the check character does not fit the others
	ReasonAreaCode  Reason = "area_code"  // a landline number without its area code
	ReasonUnknown   Reason = "unassigned" // no number of this shape is assigned in the numbering plan
)

// An InvalidError reports a number that breaks its standard. It names the kind of
// number and the place, never the number itself.
type InvalidError struct {
	Subject  string // a CertificateKind, or "phone"
	Reason   Reason
	Position int // 1-based character of the normalised number, 0 when the whole is meant
}

func (e *InvalidError) Error() string {
	s := e.Subject + ": " + string(e.Reason)
	if e.Position > 0 {
		s += " at character " + strconv.Itoa(e.Position)
	}
	return s
}

// Overridable reports whether the number may be kept when the customer proves it:
// a few genuine numbers carry a wrong check character.
func (e *InvalidError) Overridable() bool { return e.Reason == ReasonChecksum }
