package customer

import (
	"errors"

	"github.com/zhiyin-power/zhiyin/internal/base/fault"
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// NormalContact is the value of a contact as it would be kept. Error: validation.
func NormalContact(in ContactInput, check Check) (string, error) {
	var v fault.Validation
	all, _ := checkContacts(&v, []ContactInput{in}, nil, check)
	if err := v.Err(); err != nil {
		return in.Value, err
	}
	return all[0].Value, nil
}

// SettingsTx gives the company-defined fields and the schemes of a company.
func (s *Service) SettingsTx(tx *db.Tx, org id.ID) ([]Field, []Scheme, error) {
	set, err := s.settingsTx(tx, org)
	if err != nil {
		return nil, nil, err
	}
	return set.fields, set.schemes, nil
}

// CheckDraftTx holds a draft to the company's schemes and fields, required ones
// too. Error: validation.
func (s *Service) CheckDraftTx(tx *db.Tx, org id.ID, d Draft) error {
	set, err := s.settingsTx(tx, org)
	if err != nil {
		return err
	}
	_, classes := set.classes(d.classes)
	_, values := set.checkValues(d.kind, d.fields)
	return errors.Join(classes, values, set.required(d.kind, d.fields))
}

// RefsByCertificatesTx finds unmerged customers of a company by certificate
// numbers in their normal form.
func (s *Service) RefsByCertificatesTx(tx *db.Tx, org id.ID, numbers []string) (map[string][]Ref, error) {
	byNumber := make(map[string][]Ref, len(numbers))
	if len(numbers) == 0 {
		return byNumber, nil
	}
	company, err := s.Keys.CompanyTx(tx, org)
	if err != nil {
		return nil, err
	}
	numberOf, blinds := make(map[string]string, len(numbers)), make([][]byte, len(numbers))
	for i, n := range numbers {
		blinds[i] = company.Blind(blindCertificate, n)
		numberOf[string(blinds[i])] = n
	}
	rows, err := refsByCertificates(tx, org, blinds)
	for _, r := range rows {
		n := numberOf[string(r.Blind)]
		byNumber[n] = append(byNumber[n], r.Ref)
	}
	return byNumber, err
}
