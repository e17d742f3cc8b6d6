package customer

import (
	"database/sql/driver"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

// Secrecy is how confidential a field is (A6). Confidential and sensitive ones are
// masked; sensitive ones are opened only where they were asked for by name.
type Secrecy string

// The classes, from the least to the most secret.
const (
	Public       Secrecy = "open"
	Internal     Secrecy = "internal"
	Confidential Secrecy = "confidential"
	Sensitive    Secrecy = "sensitive"
)

func (c Secrecy) masked() bool { return c != Public && c != Internal }

// FieldName names a field of the archive in secrecy.json and in the audit log.
type FieldName string

// The fields that are masked.
const (
	FieldCustomerName        FieldName = "customer_name"
	FieldAddress             FieldName = "address"
	FieldPhone               FieldName = "phone"
	FieldEmail               FieldName = "email"
	FieldWeChat              FieldName = "wechat"
	FieldContactPerson       FieldName = "contact_person"
	FieldLegalRepresentative FieldName = "legal_representative"
	FieldEmployer            FieldName = "employer"
	FieldBirthDate           FieldName = "birth_date"
	FieldCertificate         FieldName = "certificate"
	FieldVisit               FieldName = "visit"      // what a visitor said
	FieldDutyStaff           FieldName = "duty_staff" // of an installation of the customer's own
	FieldNote                FieldName = "note"       // a confidential one
	FieldAttachment          FieldName = "attachment"
	FieldOfCompany           FieldName = "company_field" // a confidential one
	FieldHistory             FieldName = "change_history"
)

var contactFields = map[ContactKind]FieldName{Phone: FieldPhone, Email: FieldEmail, WeChat: FieldWeChat, Address: FieldAddress}

// FieldList is a list of fields in one column.
type FieldList []FieldName

// Scan implements sql.Scanner.
func (l *FieldList) Scan(src any) error {
	text, ok := src.(string)
	if raw, is := src.([]byte); is {
		text, ok = string(raw), true
	}
	if !ok {
		return fmt.Errorf("customer: fields are %T", src)
	}
	*l = nil
	for _, f := range strings.Fields(text) {
		*l = append(*l, FieldName(f))
	}
	return nil
}

// Value implements driver.Valuer.
func (l FieldList) Value() (driver.Value, error) {
	names := make([]string, len(l))
	for i, f := range l {
		names[i] = string(f)
	}
	return strings.Join(names, " "), nil
}

// Classified is a field with its class.
type Classified struct {
	Field FieldName `json:"field" doc:"words: lookup.field.NAME"`
	Class Secrecy   `json:"class" enum:"open,internal,confidential,sensitive"`
}

//go:embed secrecy.json
var secrecyJSON []byte

var secrecies, secrecyByField = loadSecrecies()

func loadSecrecies() (all []Classified, byField map[FieldName]Secrecy) {
	if err := json.Unmarshal(secrecyJSON, &all); err != nil {
		panic(err) // the file is part of the program
	}
	byField = make(map[FieldName]Secrecy, len(all))
	for _, c := range all {
		byField[c.Field] = c.Class
	}
	return all, byField
}

// SecrecyOf is the class of a field; one that nobody classified is sensitive.
func SecrecyOf(f FieldName) Secrecy {
	if c, ok := secrecyByField[f]; ok {
		return c
	}
	return Sensitive
}

// sealedClass is the class of the sealed values of a field of the company's own.
func (b FieldBody) sealedClass() Secrecy {
	if b.Sensitive {
		return Sensitive
	}
	return Confidential
}
