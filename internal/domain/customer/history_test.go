package customer_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/domain/access"
	"github.com/zhiyin-power/zhiyin/internal/domain/customer"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
)

// history tells the changes of a customer in words, page by page.
func (w *world) history(ctx context.Context, c customer.Customer, limit int) (lines []string) {
	w.t.Helper()
	p := customer.Page{Limit: limit}
	for {
		entries, next, err := w.History(ctx, c.ID, p)
		w.must(err)
		for _, e := range entries {
			line := e.Action + " " + e.Part
			for _, x := range e.Changes {
				line += fmt.Sprint(" ", x.Path, ":", x.Before, ">", x.After)
				if x.Hidden {
					line += "?"
				}
			}
			lines = append(lines, line)
		}
		if p.Cursor = next; next == "" {
			return lines
		}
	}
}

func TestHistoryTellsFieldByField(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := w.as(w.one)
		c := w.create(ctx, person("张三丰", mobile(11111234)))
		id := c.Contacts[0].ID
		_, err := w.Update(ctx, c.ID, 1, customer.UpdateInput{Name: ptr("张三疯"), Industry: ptr("渔业"),
			Contacts: ptr([]customer.ContactInput{{ID: id, Kind: customer.Phone, Value: mobile(22221234)}})})
		w.must(err)
		_, err = w.AddNote(ctx, "", c.ID, customer.NoteInput{Text: "有犬", Confidential: true})
		w.must(err)
		_, err = w.Close(ctx, c.ID, 2, customer.CloseInput{Reason: "other"})
		w.must(err)
		plain := []string{
			"customer.close  status:active>closed", "customer.note note confidential:>true text:>有犬",
			fmt.Sprintf("customer.update  contacts[%s].value:15411111234>15422221234 industry:>渔业 name:张三丰>张三疯", id),
			fmt.Sprintf("customer.create  contacts[%s].kind:>phone contacts[%s].value:>15411111234 customer_no:>K0000001 kind:>person name:>张三丰 status:>active", id, id),
		}
		masked := []string{
			"customer.close  status:active>closed", "customer.note note confidential:>? text:>?",
			fmt.Sprintf("customer.update  contacts[%s].value:154****1234>154****1234 industry:>渔业 name:张*丰>张*疯", id),
			fmt.Sprintf("customer.create  contacts[%s].kind:>phone contacts[%s].value:>154****1234 customer_no:>K0000001 kind:>person name:>张*丰 status:>active", id, id),
		}
		for _, limit := range []int{1, 50} {
			for want, got := range map[string][]string{fmt.Sprint(plain): w.history(ctx, c, limit), fmt.Sprint(masked): w.history(w.as(w.one, "customer.history"), c, limit)} {
				if fmt.Sprint(got) != want {
					t.Errorf("%d a page:\n%v\nwant\n%v", limit, got, want)
				}
			}
		}
		if _, _, err := w.History(w.as(w.two), c.ID, all); !errors.Is(err, db.ErrNotFound) {
			t.Errorf("another company: %v", err)
		}
		if _, _, err := w.History(w.as(w.one, "customer.get"), c.ID, all); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("forbidden: %v", err)
		}
	})
}
