package app

import (
	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/domain/task"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// wireAccess gives the module what later ones know.
func (a *App) wireAccess() {
	a.Access.SetInbox(accessInbox{a.Tasks})
	a.Access.SetObjects(accessObjects{a})
}

// accessInbox implements access.Inbox.
type accessInbox struct{ *task.Service }

// RemindTx makes a task of a reminder.
func (i accessInbox) RemindTx(tx *db.Tx, r access.Reminder) error {
	_, err := i.CreateTx(tx, id.ID{}, task.New{OrgID: r.OrgID, Kind: r.Kind, Params: r.Params, AssigneeID: r.AssigneeID, DueAt: r.DueAt, ObjectType: r.ObjectType, ObjectID: r.ObjectID})
	return err
}

// SettleTx ends the tasks of a reminder.
func (i accessInbox) SettleTx(tx *db.Tx, r access.Reminder) error {
	return i.FinishDueTx(tx, task.New{OrgID: r.OrgID, Kind: r.Kind, DueAt: r.DueAt, ObjectType: r.ObjectType, ObjectID: r.ObjectID})
}

// accessObjects implements access.Objects.
type accessObjects struct{ *App }

// CompanyTx asks the module of the record.
func (o accessObjects) CompanyTx(tx *db.Tx, scope db.Scope, kind string, i id.ID) (id.ID, error) {
	switch kind {
	case "customer":
		refs, err := o.Customers.RefsTx(tx, scope, i)
		if err == nil && len(refs) == 0 {
			err = db.ErrNotFound
		}
		return refs[i].OrgID, err
	case "reception":
		return o.Customers.ReceptionCompanyTx(tx, scope, i)
	case "account":
		return o.Supply.AccountCompanyTx(tx, scope, i)
	case "case":
		return o.Feedback.CompanyTx(tx, scope, i)
	case "survey":
		return o.Surveys.CompanyTx(tx, scope, i)
	case "estimation":
		return o.Satisfaction.CompanyTx(tx, scope, i)
	}
	return id.ID{}, db.ErrNotFound
}

// OpenedTx tells what of a customer, or by a case, is open for a user.
func (o accessObjects) OpenedTx(tx *db.Tx, q access.Question, absent func(permission string) []id.ID) (all []access.Opened, err error) {
	about, known := map[string]func(customer.Opening) bool{
		"customer": func(c customer.Opening) bool { return c.CustomerID == q.ObjectID },
		"case":     func(c customer.Opening) bool { return c.ID == q.ObjectID },
	}[q.ObjectType]
	if !known {
		return nil, nil
	}
	opened, err := o.Customers.OpenedTx(tx, q.OrgID, q.UserID, absent(customer.PermGet), about)
	for _, c := range opened {
		one := access.Opened{Type: c.Type, ID: c.ID, No: c.No, Fields: []string{}, Sensitive: c.Sensitive, From: c.FromAt}
		for _, f := range c.Fields {
			one.Fields = append(one.Fields, string(f))
		}
		if c.UntilAt < customer.Forever {
			one.Until = c.UntilAt
		}
		if c.UserID != q.UserID {
			one.AbsentID = c.UserID
		}
		all = append(all, one)
	}
	return all, err
}
