package demo_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/zhiyin-power/zhiyin/internal/app"
	"github.com/zhiyin-power/zhiyin/internal/demo"
	"github.com/zhiyin-power/zhiyin/internal/infra/db"
	"github.com/zhiyin-power/zhiyin/internal/infra/db/dbtest"
)

func (b browser) post(path, body string) (int, string) {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Cookie", b.cookie)
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	b.h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// exported is the file a user's export of everything he may see comes to.
func (b browser) exported(t *testing.T, a *app.App) (id, content string) {
	t.Helper()
	status, body := b.post("/api/v1/customer-exports", `{"format":"csv","filter":{}}`)
	var made struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal([]byte(body), &made); status != http.StatusAccepted || err != nil {
		t.Fatalf("export: %d %s", status, body)
	}
	if ran, err := a.Jobs.RunNext(context.Background()); !ran || err != nil {
		t.Fatalf("the job ran: %t, %v", ran, err)
	}
	status, content = b.get("/api/v1/customer-exports/" + made.ID + "/content")
	if status != http.StatusOK {
		t.Fatalf("content: %d %s", status, content)
	}
	return made.ID, content
}

// accountNo is an account number, which no other company has.
var accountNo = regexp.MustCompile(`\b\d{10}\b`)

// A company's export holds its own customers, those of no other company, and is
// nobody else's to fetch.
func TestExportsStayInTheirCompany(t *testing.T) {
	dbtest.EachEngine(t, func(t *testing.T, engine db.Dialect) {
		open(t, build(t, engine), func(_ context.Context, a *app.App) {
			h := a.Handler()
			stranger, owner := signIn(t, a, h, "maintainer1001"), signIn(t, a, h, "maintainer1002")
			theirs := demo.NewWorld(3, now).Customer(1, 7)
			file, content := owner.exported(t, a)
			numbers := accountNo.FindAllString(content, -1)
			if strings.Count(content, "\n") != 51 || len(numbers) < 50 || strings.Contains(content, theirs.Name) || strings.Contains(content, theirs.IDNumber) {
				t.Errorf("the owner's export holds %d accounts, or %s in clear without an approval", len(numbers), theirs.Name)
			}
			if status, _ := stranger.get("/api/v1/customer-exports/" + file + "/content"); status != http.StatusNotFound {
				t.Errorf("a stranger fetches the file: %d", status)
			}
			_, content = stranger.exported(t, a)
			for _, n := range numbers {
				if strings.Contains(content, n) {
					t.Errorf("a stranger exports %s", n)
				}
			}
		})
	})
}
