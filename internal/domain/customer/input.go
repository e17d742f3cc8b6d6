package customer

import (
	"github.com/zhiyin-power/zhiyin/internal/base/cn"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
)

// CreateInput is what a new customer is made of.
type CreateInput struct {
	OrgID        id.ID              `json:"org_id,omitzero" doc:"company; needed by callers of several"`
	CustomerNo   string             `json:"customer_no,omitempty" maxLength:"32" doc:"generated when absent"`
	Kind         Kind               `json:"kind" enum:"person,organisation"`
	Name         string             `json:"name" minLength:"1" maxLength:"100"`
	UnitID       id.ID              `json:"unit_id,omitzero"`
	ManagerID    id.ID              `json:"manager_id,omitzero"`
	Industry     string             `json:"industry,omitempty" maxLength:"50"`
	Person       *Person            `json:"person,omitempty"`
	Organisation *Organisation      `json:"organisation,omitempty"`
	Contacts     []ContactInput     `json:"contacts,omitempty" maxItems:"20"`
	Certificates []CertificateInput `json:"certificates,omitempty" maxItems:"10"`
	Classes      map[string]string  `json:"classes,omitempty" doc:"class code by scheme code; the others get their default"`
	Tags         []string           `json:"tags,omitempty" maxItems:"30"`
	Fields       map[string]string  `json:"fields,omitempty" doc:"company-defined fields: value by field code"`
	// ConfirmDuplicates makes the customer although others look like him.
	ConfirmDuplicates bool `json:"confirm_duplicates,omitempty"`
}

// ContactInput is one contact. In a change an entry with an id and without a
// value, or with the masked one, keeps its value.
type ContactInput struct {
	ID      id.ID       `json:"id,omitzero" doc:"of an existing contact"`
	Kind    ContactKind `json:"kind" enum:"phone,email,wechat,address"`
	Value   string      `json:"value,omitempty" maxLength:"200"`
	Label   string      `json:"label,omitempty" maxLength:"20"`
	Person  string      `json:"person,omitempty" maxLength:"50"`
	Primary bool        `json:"primary,omitempty"`
}

// CertificateInput is one certificate; see ContactInput for changes.
type CertificateInput struct {
	ID         id.ID              `json:"id,omitzero" doc:"of an existing certificate"`
	Kind       cn.CertificateKind `json:"kind" enum:"resident_id,passport,hk_macao_travel_permit,taiwan_travel_permit,hmt_residence_permit,foreign_permanent_resident,other,uscc,organisation_code"`
	Number     string             `json:"number,omitempty" maxLength:"60"`
	ValidUntil string             `json:"valid_until,omitempty" maxLength:"10"`
	Override   *Override          `json:"override,omitempty"`
}

// UpdateInput changes what is given and leaves the rest. Contacts and
// certificates, when given, replace all there were.
type UpdateInput struct {
	CustomerNo        *string             `json:"customer_no,omitempty" minLength:"1" maxLength:"32"`
	Kind              *Kind               `json:"kind,omitempty" enum:"person,organisation"`
	Name              *string             `json:"name,omitempty" minLength:"1" maxLength:"100"`
	UnitID            *id.ID              `json:"unit_id,omitempty" doc:"empty text takes it away"`
	ManagerID         *id.ID              `json:"manager_id,omitempty" doc:"empty text takes it away"`
	Industry          *string             `json:"industry,omitempty" maxLength:"50"`
	Person            *Person             `json:"person,omitempty"`
	Organisation      *Organisation       `json:"organisation,omitempty"`
	Contacts          *[]ContactInput     `json:"contacts,omitempty" maxItems:"20"`
	Certificates      *[]CertificateInput `json:"certificates,omitempty" maxItems:"10"`
	Classes           map[string]string   `json:"classes,omitempty" doc:"only the schemes to change"`
	Tags              *[]string           `json:"tags,omitempty" maxItems:"30"`
	ConfirmDuplicates bool                `json:"confirm_duplicates,omitempty"`
}

// Check says by which day and place inputs are read.
type Check struct {
	Today string // YYYY-MM-DD; later dates of birth are refused
	Area  string // area code that completes local telephone numbers; may be empty
	// Blind holds what is typed not against data the caller does not see: whether it
	// fits would tell him of them. Who applies the change holds it against all.
	Blind bool
}
