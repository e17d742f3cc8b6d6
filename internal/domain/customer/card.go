package customer

import (
	"context"

	"github.com/zhiyin-power/zhiyin/internal/base/id"
	"github.com/zhiyin-power/zhiyin/internal/base/when"
	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Card is the basic information card 客户基本信息卡 (A5): what one sheet shows of a
// customer.
type Card struct {
	Customer  Customer     `json:"customer"`
	OrgName   string       `json:"org_name"`
	Classes   []CardClass  `json:"classes" nullable:"false"`
	Fields    []FieldValue `json:"fields" nullable:"false"`
	Analyses  []Analysis   `json:"analyses" nullable:"false" doc:"the newest of each aspect"`
	Spent     Spent        `json:"spent" doc:"contacts and cost of the last 12 months"`
	Mark      *Mark        `json:"mark,omitempty" doc:"the sheet was taken by it, shown whole; absent: it is masked"`
	PrintedAt when.Instant `json:"printed_at"`
	PrintedBy string       `json:"printed_by"`
}

// CardClass is the customer's class of a scheme, both named in the reader's
// language.
type CardClass struct {
	Scheme string `json:"scheme"`
	Class  string `json:"class"`
}

// Card gathers the card of a customer, masked but by a release. Errors:
// db.ErrNotFound, those of lookup.
func (s *Service) Card(ctx context.Context, customer, release id.ID) (c Card, err error) {
	who, err := access.Allow(ctx, PermGet)
	if err != nil {
		return Card{}, err
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		o, err := s.readOwnerTx(tx, who.Scope, customer)
		if err != nil {
			return err
		}
		taken, err := s.SheetTx(tx, who, release, Taking{What: WhatCard, Customer: o.ID})
		if err != nil {
			return err
		}
		sight := taken.Sight()
		c.Mark = taken.Marked()
		if c.Customer, err = s.wholeTx(tx, o.row); err != nil {
			return err
		}
		c.Customer = sight.customer(c.Customer)
		if err := s.cardHeadTx(tx, who, o, &c); err != nil {
			return err
		}
		if c.Fields, err = s.fieldValuesTx(tx, sight, o); err != nil {
			return err
		}
		latest, err := latestAnalyses(tx, o)
		if err != nil {
			return err
		}
		if c.Analyses, err = openAnalyses(sight)(tx, o, latest); err != nil {
			return err
		}
		c.Spent, err = spentTx(tx, o, when.At(tx.Now().Time().AddDate(-1, 0, 0)), 0)
		return err
	})
	if err != nil {
		return Card{}, err
	}
	return c, s.countShown(ctx, c.Customer.OrgID, c.Fields)
}

func (s *Service) cardHeadTx(tx *db.Tx, who access.Who, o owner, c *Card) error {
	c.PrintedAt, c.PrintedBy, c.Classes = tx.Now(), who.Name, []CardClass{}
	tree, err := s.Orgs.TreeTx(tx)
	if err != nil {
		return err
	}
	org, _ := tree.Get(o.OrgID)
	c.OrgName = org.Name
	set, err := s.settingsTx(tx, o.OrgID)
	if err != nil {
		return err
	}
	for _, scheme := range set.schemes {
		if scheme.Active {
			c.Classes = append(c.Classes, CardClass{inLanguage(who.Locale, scheme.NameZh, scheme.NameEn), scheme.label(who.Locale, c.Customer.Classes[scheme.Code])})
		}
	}
	return nil
}
