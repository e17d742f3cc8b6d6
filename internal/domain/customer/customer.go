package customer

import (
	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/money"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
)

// Kind says whether a customer is a person or an organisation.
type Kind string

// The kinds.
const (
	KindPerson       Kind = "person"
	KindOrganisation Kind = "organisation"
)

// names tells how names of the kind are read and masked.
func (k Kind) names() cn.NameKind {
	if k == KindPerson {
		return cn.PersonName
	}
	return cn.OrganisationName
}

// Status is where a customer stands.
type Status string

// The states.
const (
	Active Status = "active"
	Closed Status = "closed"
	Merged Status = "merged"
	Erased Status = "erased" // at his own request; nothing of the person is left
)

// Base is what lists show of a customer.
type Base struct {
	ID          id.ID        `db:"id" json:"id"`
	OrgID       id.ID        `db:"org_id" json:"org_id"`
	CustomerNo  string       `db:"customer_no" json:"customer_no"`
	Kind        Kind         `db:"kind" json:"kind" enum:"person,organisation"`
	Status      Status       `db:"status" json:"status" enum:"active,closed,merged,erased"`
	Name        string       `db:"name" json:"name"`
	UnitID      id.ID        `db:"unit_id" json:"unit_id,omitzero" doc:"department or station in charge"`
	ManagerID   id.ID        `db:"manager_id" json:"manager_id,omitzero" doc:"account manager"`
	ManagerName string       `db:"-" json:"manager_name,omitempty"`
	Industry    string       `db:"industry" json:"industry,omitempty" doc:"GB/T 4754 code or words"`
	Classes     Classes      `db:"classes" json:"classes" doc:"class of each scheme, defaults filled in"`
	Tags        Tags         `db:"tags" json:"tags"`
	MergedInto  id.ID        `db:"merged_into" json:"merged_into,omitzero"`
	Version     int64        `db:"version" json:"version"`
	CreatedAt   when.Instant `db:"created_at" json:"created_at"`
	UpdatedAt   when.Instant `db:"updated_at" json:"updated_at"`
	// Masked tells that personal data is shown in part only.
	Masked bool `db:"-" json:"masked"`
}

// Item is a row of a list.
type Item struct {
	Base
	Phone string `json:"phone,omitempty" doc:"primary phone, when asked for"`
}

// Customer is a whole archive record: the original record of A1.
type Customer struct {
	Base
	Record
	UnitName string `json:"unit_name,omitempty"`
	// Opened tells on what basis and until when the customer is open for a caller who
	// does not see him by right.
	Opened *Opening `json:"opened,omitempty"`
}

// Record is the confidential part of a customer, sealed as one document.
type Record struct {
	Person       *Person       `json:"person,omitempty"`
	Organisation *Organisation `json:"organisation,omitempty"`
	Contacts     []Contact     `json:"contacts,omitempty"`
	Certificates []Certificate `json:"certificates,omitempty"`
}

// Person is what only a person has. Dates are YYYY-MM-DD.
type Person struct {
	Sex        cn.Sex `json:"sex,omitempty" enum:"male,female"`
	BirthDate  string `json:"birth_date,omitempty" maxLength:"10" doc:"YYYY-MM-DD; taken from a resident ID when absent"`
	Employer   string `json:"employer,omitempty" maxLength:"100"`
	Occupation string `json:"occupation,omitempty" maxLength:"50"`
}

// Organisation is what only an organisation has.
type Organisation struct {
	LegalRepresentative  string    `json:"legal_representative,omitempty" maxLength:"50"`
	EstablishedOn        string    `json:"established_on,omitempty" maxLength:"10" doc:"YYYY-MM-DD"`
	RegisteredCapitalFen money.Fen `json:"registered_capital_fen,omitempty" minimum:"0"`
	Employees            int       `json:"employees,omitempty" minimum:"0" maximum:"10000000"`
	BusinessScope        string    `json:"business_scope,omitempty" maxLength:"1000"`
	Website              string    `json:"website,omitempty" maxLength:"200"`
}

// ContactKind is a way to reach a customer.
type ContactKind string

// The ways.
const (
	Phone   ContactKind = "phone"
	Email   ContactKind = "email"
	WeChat  ContactKind = "wechat"
	Address ContactKind = "address"
)

// Contact is one way to reach a customer. At most one of each kind is primary.
type Contact struct {
	ID      id.ID       `json:"id"`
	Kind    ContactKind `json:"kind" enum:"phone,email,wechat,address"`
	Value   string      `json:"value"`
	Label   string      `json:"label,omitempty" doc:"such as home, finance, duty room"`
	Person  string      `json:"person,omitempty" doc:"whom one reaches, when it is not the customer"`
	Primary bool        `json:"primary,omitempty"`
}

// Certificate is a proof of identity.
type Certificate struct {
	ID         id.ID              `json:"id"`
	Kind       cn.CertificateKind `json:"kind" enum:"resident_id,passport,hk_macao_travel_permit,taiwan_travel_permit,hmt_residence_permit,foreign_permanent_resident,other,uscc,organisation_code"`
	Number     string             `json:"number"`
	ValidUntil string             `json:"valid_until,omitempty" doc:"YYYY-MM-DD; absent: without end or not known"`
	Override   *Override          `json:"override,omitempty" doc:"why a number that fails its check was kept"`
}

// Override keeps a certificate number whose check character is wrong but which
// the customer has proved.
type Override struct {
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
	Proof   string `json:"proof,omitempty" maxLength:"200" doc:"what was seen; or proof_id"`
	ProofID id.ID  `json:"proof_id,omitzero" doc:"attachment that shows it"`
}

// mobile is a mobile number, the primary one first; "" for none.
func (r Record) mobile() (best string) {
	for _, c := range r.Contacts {
		if p, err := cn.ParsePhone(c.Value, ""); c.Kind != Phone || err != nil || p.Kind != cn.PhoneMobile {
			continue
		}
		if best == "" || c.Primary {
			best = c.Value
		}
	}
	return best
}

// primary is the preferred contact of a kind: the primary one, else the first.
func (r Record) primary(kind ContactKind) (best Contact) {
	for _, c := range r.Contacts {
		if c.Kind == kind && (c.Primary || best.Value == "") {
			best = c
			if c.Primary {
				return best
			}
		}
	}
	return best
}

// Ref names a customer for other modules.
type Ref struct {
	ID         id.ID  `db:"id" json:"id"`
	OrgID      id.ID  `db:"org_id" json:"-"`
	CustomerNo string `db:"customer_no" json:"customer_no"`
	Kind       Kind   `db:"kind" json:"kind"`
	Status     Status `db:"status" json:"status"`
	Name       string `db:"name" json:"name"`
	Version    int64  `db:"version" json:"-"`
}
