// Package orgtest gives tests the companies that most of them need.
package orgtest

import (
	"context"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/org"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// Companies are two counties of one city.
type Companies struct {
	Province, City, One, Two org.Org
}

// Tree is what stands above what.
func (c Companies) Tree() *org.Tree { return org.NewTree([]org.Org{c.Province, c.City, c.One, c.Two}) }

// Make makes the companies with the names of the counties.
func Make(t testing.TB, d *db.DB, one, two string) (c Companies) {
	t.Helper()
	err := d.Write(context.Background(), func(tx *db.Tx) (err error) {
		for _, x := range []struct {
			made  *org.Org
			above *org.Org
			in    org.CreateInput
		}{
			{&c.Province, &org.Org{}, org.CreateInput{Level: org.Province, Code: "10", Name: "省公司"}},
			{&c.City, &c.Province, org.CreateInput{Level: org.City, Code: "100", Name: "市公司"}},
			{&c.One, &c.City, org.CreateInput{Level: org.County, Code: "1001", Name: one}},
			{&c.Two, &c.City, org.CreateInput{Level: org.County, Code: "1002", Name: two}},
		} {
			x.in.ParentID = x.above.ID
			if *x.made, err = org.CreateTx(tx, x.in); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
