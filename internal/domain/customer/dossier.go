package customer

import (
	"slices"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/infra/blob"
	"github.com/zhiyin-power/zhiyin/internal/infra/crypt"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Dossier is everything the archive keeps of one customer, whole.
type Dossier struct {
	Customer     Customer
	Fields       []FieldValue // all they ever had
	Notes        []Note
	Analyses     []Analysis
	Interactions []Interaction
	Events       []Event
	Receptions   []Reception
	ReceptionLog []LogEntry
	Changes      []HistoryEntry
	Files        []DossierFile
}

// DossierFile is an attachment, and how its content is opened.
type DossierFile struct {
	Attachment
	Ref     blob.Ref
	Subject *crypt.Subject
}

// maxDossier is above what anybody has of a kind.
const maxDossier = 100_000

// DossierTx gives everything the archive keeps of a customer, for himself; lang is the
// language of the timeline. Whoever calls it has asked for the right.
func (s *Service) DossierTx(tx *db.Tx, org, customer id.ID, lang string) (d Dossier, err error) {
	o, err := s.readOwnerTx(tx, db.ScopeOf(org), customer)
	if err != nil {
		return d, err
	}
	if d.Customer, err = s.wholeTx(tx, o.row); err != nil {
		return d, err
	}
	if err := s.dossierPartsTx(tx, o, &d); err != nil {
		return d, err
	}
	events, err := everyOf[eventRow](tx, o, eventColumns, "customer_event")
	if err != nil {
		return d, err
	}
	for _, r := range events {
		e, err := s.event(lang, r)
		if err != nil {
			return d, err
		}
		d.Events = append(d.Events, e)
	}
	if err := s.dossierVisitsTx(tx, o, &d); err != nil {
		return d, err
	}
	return d, s.dossierChangesTx(tx, o, &d)
}

func everyOf[R any](tx *db.Tx, o owner, columns, table string) (rows []R, err error) {
	text, args := partQuery(o).Text(selectOf(columns, table), "ORDER BY at, id LIMIT ?", maxDossier)
	return rows, tx.Select(&rows, text, args...)
}

func (s *Service) dossierPartsTx(tx *db.Tx, o owner, d *Dossier) error {
	sight := everything(o.OrgID)
	notes, err := everyOf[noteRow](tx, o, noteColumns, "customer_note")
	if err != nil {
		return err
	}
	if d.Notes, err = openNotes(tx, o, sight, notes); err != nil {
		return err
	}
	analyses, err := everyOf[analysisRow](tx, o, analysisColumns, "customer_analysis")
	if err != nil {
		return err
	}
	if d.Analyses, err = openAnalyses(sight)(tx, o, analyses); err != nil {
		return err
	}
	interactions, err := everyOf[interactionRow](tx, o, interactionColumns, "customer_interaction")
	if err != nil {
		return err
	}
	if d.Interactions, err = openInteractions(sight)(tx, o, interactions); err != nil {
		return err
	}
	if err := s.dossierFieldsTx(tx, o, sight, d); err != nil {
		return err
	}
	files, err := everyOf[attachmentRow](tx, o, attachmentColumns, "customer_attachment")
	if err != nil {
		return err
	}
	d.Files, err = openFiles(tx, o, sight, files)
	return err
}

func openFiles(tx *db.Tx, o owner, sight Sight, rows []attachmentRow) ([]DossierFile, error) {
	named, err := openAttachments(tx, o, sight, rows)
	if err != nil {
		return nil, err
	}
	i := -1
	return openAll(tx, o, rows, func(r attachmentRow, subject *crypt.Subject) (DossierFile, error) {
		i++
		return DossierFile{named[i], blob.Ref{ID: r.ID, Size: r.Size, SHA256: r.SHA256}, subject}, nil
	})
}

func (s *Service) dossierFieldsTx(tx *db.Tx, o owner, sight Sight, d *Dossier) error {
	set, err := s.settingsTx(tx, o.OrgID)
	if err != nil {
		return err
	}
	rows, err := everyOf[fieldValueRow](tx, o, fieldValueColumns, "customer_field_value")
	if err != nil {
		return err
	}
	d.Fields, err = openAll(tx, o, rows, func(r fieldValueRow, subject *crypt.Subject) (FieldValue, error) {
		f, _ := find(set.fields, func(f Field) bool { return f.ID == r.FieldID })
		return r.open(f, subject, sight, o)
	})
	return err
}

func (s *Service) dossierVisitsTx(tx *db.Tx, o owner, d *Dossier) error {
	rows, err := visitsOf(tx, o.OrgID, []id.ID{o.ID}, blindPhones(o.company, d.Customer.Contacts))
	if err != nil {
		return err
	}
	for _, r := range rows {
		if !r.CustomerID.IsZero() && r.CustomerID != o.ID {
			continue // another's, who has the same phone
		}
		visit, err := r.reception(o.company)
		if err != nil {
			return err
		}
		d.Receptions = append(d.Receptions, visit)
		log, err := logOf(tx, r.OrgID, r.ID)
		if err != nil {
			return err
		}
		for _, l := range log {
			e := LogEntry{ID: l.ID, ReceptionID: l.ReceptionID, At: l.At, Mode: l.Mode, AuthorName: l.AuthorName}
			if e.Text, err = o.company.Own().Open(logPlace(l.ID), l.Body); err != nil {
				return err
			}
			d.ReceptionLog = append(d.ReceptionLog, e)
		}
	}
	return nil
}

func (s *Service) dossierChangesTx(tx *db.Tx, o owner, d *Dossier) error {
	entries, err := s.Audit.HistoryTx(tx, db.ScopeOf(o.OrgID), o.ID, maxDossier)
	if err != nil {
		return err
	}
	slices.Reverse(entries)
	for _, e := range entries {
		h, err := s.historyEntryTx(tx, o, everything(o.OrgID), e)
		if err != nil {
			return err
		}
		d.Changes = append(d.Changes, h)
	}
	return nil
}

// Holding is how much is kept of some kind.
type Holding struct {
	Kind string // the table it stands in, or what else it is
	N    int64
}

// HoldingsTx counts what the archive keeps of customers of one company.
func (s *Service) HoldingsTx(tx *db.Tx, org id.ID, customers []id.ID) (all []Holding, err error) {
	all = append(all, Holding{"customer", int64(len(customers))})
	for _, table := range append(slices.Clone(partTables), "customer_look") {
		n, err := countParts(tx, table, org, customers)
		if err != nil {
			return nil, err
		}
		all = append(all, Holding{table, n})
	}
	visits := map[id.ID]bool{}
	for _, i := range customers {
		o, err := s.readOwnerTx(tx, db.ScopeOf(org), i)
		if err != nil {
			return nil, err
		}
		record, err := o.open(o.company)
		if err != nil {
			return nil, err
		}
		rows, err := visitsOf(tx, org, []id.ID{i}, blindPhones(o.company, record.Contacts))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if r.CustomerID.IsZero() || slices.Contains(customers, r.CustomerID) {
				visits[r.ID] = true
			}
		}
	}
	all = append(all, Holding{"reception", int64(len(visits))})
	n, err := countEntries(tx, org, customers)
	return append(all, Holding{"audit_entry", n}), err
}
